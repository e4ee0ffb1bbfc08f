//! The requests of pages, as their agents reported them.

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};
use serde::Serialize;
use serde_json::value::RawValue;

use super::filter::{Cursor, RequestFilter};
use crate::{
    limits::ANSWER_BYTES,
    store::{Store, StoreError},
};

/// One request.
#[derive(Debug, Serialize)]
pub struct Request {
    /// Names it in this store.
    pub id: String,
    /// Whether it failed, by the same rule as its span's status.
    pub failed: bool,
    /// What was stored: [`Record`](crate::rum::record::Record).
    pub event: Box<RawValue>,
}

/// A page of requests.
#[derive(Debug, Serialize)]
pub struct Requests {
    /// Those that began last come first.
    pub requests: Vec<Request>,
    /// Where the next page begins; `null` after the last one.
    pub next: Option<String>,
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only of this session.
    pub session_id: Option<String>,
    /// Only of this trace.
    pub trace_id: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    NewestFirst,
    OldestFirst,
}

impl Store {
    /// The requests that fit, those that began last first.
    pub async fn requests(&self, filter: RequestFilter) -> Result<Requests, StoreError> {
        self.read(move |connection| list(connection, &filter, Order::NewestFirst)).await
    }

    /// One request, or `None` if it is not here (any more).
    pub async fn request(&self, id: i64) -> Result<Option<Request>, StoreError> {
        self.read(move |connection| {
            let mut query = connection.prepare_cached("SELECT failed, body FROM events WHERE seq = ?1")?;
            let found: Option<(bool, String)> =
                query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((failed, body)) = found else { return Ok(None) };
            Ok(Some(Request { id: id.to_string(), failed, event: RawValue::from_string(body)? }))
        })
        .await
    }

    /// The events that came last, newest first, each as the JSON that was stored.
    pub async fn events(&self, filter: EventFilter) -> Result<Vec<Box<RawValue>>, StoreError> {
        self.read(move |connection| {
            let wanted =
                RequestFilter { session: filter.session_id, trace_id: filter.trace_id, ..RequestFilter::default() };
            let conditions = wanted.conditions();
            let text =
                format!("SELECT body FROM events{} ORDER BY seq DESC LIMIT {}", conditions.clause(), filter.limit);
            let mut query = connection.prepare_cached(&text)?;
            let mut rows = query.query(params_from_iter(conditions.values))?;
            let (mut events, mut bytes) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                let body: String = row.get(0)?;
                bytes += body.len();
                if bytes > ANSWER_BYTES {
                    break;
                }
                events.push(RawValue::from_string(body)?);
            }
            Ok(events)
        })
        .await
    }
}

pub(super) fn list(connection: &Connection, filter: &RequestFilter, order: Order) -> Result<Requests, StoreError> {
    let mut conditions = filter.conditions();
    let direction = match order {
        Order::NewestFirst => {
            if let Some(cursor) = filter.after {
                conditions.before(cursor);
            }
            "DESC"
        }
        Order::OldestFirst => {
            if let Some(cursor) = filter.after {
                conditions.after(cursor);
            }
            "ASC"
        }
    };
    let limit = filter.limit as usize;
    // One row more says whether there is a next page.
    conditions.values.push(Value::Integer(i64::from(filter.limit) + 1));
    let text = format!(
        "SELECT start_us, seq, failed, body FROM events{} ORDER BY start_us {direction}, seq {direction} LIMIT ?{}",
        conditions.clause(),
        conditions.values.len(),
    );
    let mut query = connection.prepare_cached(&text)?;
    let mut rows = query.query(params_from_iter(conditions.values))?;
    let (mut requests, mut bytes, mut last) = (Vec::new(), 0, None);
    while let Some(row) = rows.next()? {
        let body: String = row.get(3)?;
        bytes += body.len() + 100;
        if requests.len() >= limit || bytes > ANSWER_BYTES {
            return Ok(Requests { requests, next: last.map(|cursor: Cursor| cursor.to_string()) });
        }
        let cursor = Cursor { start_us: row.get(0)?, seq: row.get(1)? };
        last = Some(cursor);
        requests.push(Request { id: cursor.seq.to_string(), failed: row.get(2)?, event: RawValue::from_string(body)? });
    }
    Ok(Requests { requests, next: None })
}
