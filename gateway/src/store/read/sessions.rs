//! Sessions: a list of them, and one as a time line.

use rusqlite::{Connection, params_from_iter, types::Value};
use serde::Serialize;

use super::{
    filter::{Conditions, Cursor, RequestFilter, Times},
    requests::{self, Order, Request},
    units::from_us,
};
use crate::store::{Store, StoreError};

/// Which sessions to list.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Of this application.
    pub app: Option<String>,
    /// Of this user.
    pub user: Option<String>,
    /// With a request in this window.
    pub times: Times,
    /// At most so many.
    pub limit: u32,
}

/// What the list says of a session.
#[derive(Debug, Serialize)]
pub struct SessionSummary {
    /// Its id, which is unique in its application.
    pub session_id: String,
    /// Its application.
    pub app_id: String,
    /// The user of its last request.
    pub user_id: Option<String>,
    /// Start of its first request that is kept, milliseconds since the epoch.
    pub start_ms: f64,
    /// End of its last request.
    pub end_ms: f64,
    /// Requests that are kept.
    pub request_count: u64,
    /// Of these, requests that failed.
    pub error_count: u64,
    /// Of these, requests whose trace is recorded.
    pub traced_count: u64,
    /// Views in which they began.
    pub view_count: u64,
}

/// Sessions, those with the latest request first.
#[derive(Debug, Serialize)]
pub struct Sessions {
    /// The list.
    pub sessions: Vec<SessionSummary>,
}

/// One session as a time line.
#[derive(Debug, Serialize)]
pub struct Session {
    /// What the list says of it.
    #[serde(flatten)]
    pub summary: SessionSummary,
    /// Its views, in the order in which the first request of each began.
    pub views: Vec<ViewSummary>,
    /// A page of its requests, in the order in which they began.
    pub requests: Vec<Request>,
    /// Where the next page begins; `null` after the last one.
    pub next: Option<String>,
}

/// A view within a session.
#[derive(Debug, Serialize)]
pub struct ViewSummary {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Start of its first request, milliseconds since the epoch.
    pub start_ms: f64,
    /// End of its last request.
    pub end_ms: f64,
    /// Its requests.
    pub request_count: u64,
    /// Of these, requests that failed.
    pub error_count: u64,
}

/// The last user is that of the greatest start: in one pass, where a query for each session would take many.
const SUMMARY: &str = "SELECT session_id, app_id, max(start_us), min(start_us),
    max(start_us + CAST(duration_ms * 1000 AS INTEGER)), count(*), sum(failed), sum(has_span),
    count(DISTINCT coalesce(view_id, view_name)), substr(max(printf('%020d', start_us) || user_id), 21)
    FROM events";

impl Store {
    /// The sessions that fit.
    pub async fn sessions(&self, filter: SessionFilter) -> Result<Sessions, StoreError> {
        self.read(move |connection| {
            let mut conditions = Conditions::default();
            conditions.equal("app_id", &filter.app);
            conditions.equal("user_id", &filter.user);
            conditions.times(filter.times);
            // Events of agents that know no session make none.
            conditions.add("session_id != ?N", String::new());
            let sessions = summaries(connection, conditions, filter.limit)?;
            Ok(Sessions { sessions })
        })
        .await
    }

    /// One session, or `None` if no request of it is here (any more).
    pub async fn session(
        &self,
        app: Option<String>,
        session_id: String,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Option<Session>, StoreError> {
        self.read(move |connection| {
            let mut conditions = Conditions::default();
            conditions.add("session_id = ?N", session_id.clone());
            conditions.equal("app_id", &app);
            let Some(summary) = summaries(connection, conditions, 1)?.into_iter().next() else { return Ok(None) };
            let filter = RequestFilter {
                app: Some(summary.app_id.clone()),
                session: Some(session_id),
                after,
                limit,
                ..RequestFilter::default()
            };
            let views = views(connection, &filter)?;
            let requests::Requests { requests, next } = requests::list(connection, &filter, Order::OldestFirst)?;
            Ok(Some(Session { summary, views, requests, next }))
        })
        .await
    }
}

fn summaries(
    connection: &Connection,
    mut conditions: Conditions,
    limit: u32,
) -> Result<Vec<SessionSummary>, StoreError> {
    conditions.values.push(Value::Integer(i64::from(limit)));
    let text = format!(
        "{SUMMARY}{} GROUP BY app_id, session_id ORDER BY max(start_us) DESC, session_id LIMIT ?{}",
        conditions.clause(),
        conditions.values.len(),
    );
    let mut query = connection.prepare_cached(&text)?;
    let rows = query.query_map(params_from_iter(conditions.values), |row| {
        Ok(SessionSummary {
            session_id: row.get(0)?,
            app_id: row.get(1)?,
            start_ms: from_us(row.get(3)?),
            end_ms: from_us(row.get(4)?),
            request_count: row.get(5)?,
            error_count: row.get(6)?,
            traced_count: row.get(7)?,
            view_count: row.get(8)?,
            user_id: row.get(9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn views(connection: &Connection, filter: &RequestFilter) -> Result<Vec<ViewSummary>, StoreError> {
    let conditions = filter.conditions();
    let text = format!(
        "SELECT view_id, view_name, min(start_us), max(start_us + CAST(duration_ms * 1000 AS INTEGER)), count(*),
                sum(failed)
         FROM events{} GROUP BY view_id, view_name ORDER BY min(start_us)",
        conditions.clause(),
    );
    let mut query = connection.prepare_cached(&text)?;
    let rows = query.query_map(params_from_iter(conditions.values), |row| {
        Ok(ViewSummary {
            id: row.get(0)?,
            name: row.get(1)?,
            start_ms: from_us(row.get(2)?),
            end_ms: from_us(row.get(3)?),
            request_count: row.get(4)?,
            error_count: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
