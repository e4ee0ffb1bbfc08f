//! Bringing a file of an older gateway to the present format, within the transaction that opens it.

use rusqlite::Connection;

use super::{StoreError, schema};

/// Format 2 kept what readers ask for only within the body of an event.
///
/// The table is made anew instead of altered: added columns would stand behind the body, and every scan would have to
/// read past it. `failed` repeats [`tracebeam::engine::span::error`].
const EVENTS_FROM_2: &str = "
INSERT INTO events
SELECT seq, app_id, session_id, event_id, trace_id,
       coalesce(body ->> 'received_at_ms', unixepoch() * 1000),
       bytes,
       CAST(round(body ->> 'timestamp_ms' * 1000) AS INTEGER),
       body ->> 'duration_ms',
       body ->> 'has_span',
       CASE
           WHEN body ->> 'success' IN (0, 1) THEN body ->> 'success' = 0
           WHEN body ->> 'outcome' IS NULL THEN 0
           WHEN body ->> 'outcome' = 'ok' THEN coalesce(body ->> 'status_code' >= 400, 0)
           ELSE 1
       END,
       body ->> 'status_code',
       body ->> 'outcome',
       body ->> 'type',
       body ->> 'user_id',
       body ->> '$.view.id',
       body ->> '$.view.name',
       body ->> 'name',
       body
FROM events_2
";

/// Format 2 did not say when a span came in. It came in soon after its end, and not after this moment.
const SPANS_FROM_2: &str = "
INSERT INTO spans
SELECT seq, trace_id, span_id, parent_span_id, service, app_id, resource, start_ns, end_ns,
       max(0, min(end_ns / 1000000, unixepoch() * 1000)),
       bytes, kind, status, name, detail
FROM spans_2
";

/// Brings the tables from the format that was found to the present one.
pub fn from(connection: &Connection, found: i64) -> Result<(), StoreError> {
    if found != 2 {
        return Err(StoreError::OtherVersion { found });
    }
    connection.execute_batch("ALTER TABLE events RENAME TO events_2")?;
    connection.execute_batch(schema::EVENTS)?;
    connection.execute_batch(EVENTS_FROM_2)?;
    connection.execute_batch("DROP TABLE events_2; ALTER TABLE spans RENAME TO spans_2")?;
    connection.execute_batch(schema::SPANS)?;
    connection.execute_batch(SPANS_FROM_2)?;
    connection.execute_batch("DROP TABLE spans_2")?;
    connection.execute_batch(schema::INDICES)?;
    Ok(())
}
