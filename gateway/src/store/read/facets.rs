//! Which values the filters can take.

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::{
    NS_PER_MS,
    filter::{Conditions, Times},
};
use crate::{
    limits::FACET_VALUES,
    store::{Store, StoreError},
};

/// One value and how many rows have it.
#[derive(Debug, Serialize)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// Requests with it; of a service, its spans.
    pub count: u64,
}

/// The values of each filter within a window of time, those with most rows first.
#[derive(Debug, Serialize)]
pub struct Facets {
    /// Applications.
    pub app: Vec<Facet>,
    /// Services.
    pub service: Vec<Facet>,
    /// Users.
    pub user: Vec<Facet>,
    /// Names of views.
    pub view: Vec<Facet>,
    /// Kinds of requests.
    #[serde(rename = "type")]
    pub kind: Vec<Facet>,
    /// How requests ended.
    pub outcome: Vec<Facet>,
}

impl Store {
    /// The values within a window of time.
    pub async fn facets(&self, times: Times) -> Result<Facets, StoreError> {
        self.read(move |connection| {
            let of = |column: &str| {
                let mut conditions = Conditions::default();
                conditions.times(times);
                values(connection, "events", column, conditions)
            };
            let mut spans = Conditions::default();
            if let Some(from_ms) = times.from_ms {
                spans.add("start_ns >= ?N", (from_ms * NS_PER_MS) as i64);
            }
            if let Some(to_ms) = times.to_ms {
                spans.add("start_ns < ?N", (to_ms * NS_PER_MS) as i64);
            }
            Ok(Facets {
                app: of("app_id")?,
                service: values(connection, "spans", "service", spans)?,
                user: of("user_id")?,
                view: of("view_name")?,
                kind: of("kind")?,
                outcome: of("outcome")?,
            })
        })
        .await
    }
}

fn values(
    connection: &Connection,
    table: &str,
    column: &str,
    mut conditions: Conditions,
) -> Result<Vec<Facet>, StoreError> {
    conditions.add(&format!("{column} != ?N"), String::new());
    let text = format!(
        "SELECT {column}, count(*) FROM {table}{} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {FACET_VALUES}",
        conditions.clause(),
    );
    let mut query = connection.prepare_cached(&text)?;
    let rows = query
        .query_map(params_from_iter(conditions.values), |row| Ok(Facet { value: row.get(0)?, count: row.get(1)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
