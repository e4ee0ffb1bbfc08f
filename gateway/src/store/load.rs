//! Reading the index from the file, at the start and after a transaction that failed.

use rusqlite::Connection;

use super::{
    StoreError,
    index::{Event, Index, Span},
};
use crate::ids::TraceId;

/// The index of all rows.
pub fn index(connection: &Connection) -> Result<Index, StoreError> {
    let mut index = Index::default();
    let mut query =
        connection.prepare("SELECT seq, app_id, session_id, event_id, bytes, arrived_ms FROM events ORDER BY seq")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let app_id: String = row.get(1)?;
        let session_id: String = row.get(2)?;
        let event_id: Option<String> = row.get(3)?;
        let event = Event {
            seq: row.get(0)?,
            key: event_id.map(|event_id| index.keys.of((app_id.as_str(), session_id.as_str(), event_id.as_str()))),
            bytes: row.get(4)?,
            arrived_ms: row.get(5)?,
        };
        index.events.add(&app_id, event);
    }
    let mut sizes = std::collections::HashMap::new();
    let mut query = connection.prepare("SELECT id, body FROM resources")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (id, body): (i64, String) = (row.get(0)?, row.get(1)?);
        index.resources.add(id, index.keys.of(body.as_str()));
        sizes.insert(id, body.len() as u64);
    }
    let mut query = connection.prepare(
        "SELECT seq, trace_id, span_id, service, start_ns, app_id, resource, bytes, arrived_ms FROM spans ORDER BY seq",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let trace_id: String = row.get(1)?;
        let span_id: String = row.get(2)?;
        let service: String = row.get(3)?;
        let start_ns: i64 = row.get(4)?;
        let app_id: Option<String> = row.get(5)?;
        let resource: i64 = row.get(6)?;
        let Some(trace_id) = TraceId::from_hex(&trace_id) else { continue };
        let span = Span {
            seq: row.get(0)?,
            trace_id,
            key: index.keys.of((span_id.as_str(), service.as_str(), start_ns)),
            app_id: app_id.as_deref(),
            resource: (resource, sizes.get(&resource).copied().unwrap_or_default()),
            bytes: row.get(7)?,
            arrived_ms: row.get(8)?,
        };
        if index.traces.add(&span) {
            index.resources.hold(resource);
        }
    }
    Ok(index)
}
