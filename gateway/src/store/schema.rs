//! The tables, and opening the file that holds them.

use std::{path::Path, time::Duration};

use rusqlite::Connection;

use super::StoreError;

/// Format of the file. A new one gets a new number: the store holds what can be lost, so there
/// are no migrations.
pub const VERSION: i64 = 1;

/// `seq` grows with every insert or touch and is what "last" means everywhere.
///
/// An event is the same event again if application, session and event id agree. A span is the same
/// span again if its ids, service and start agree: applications may reuse a `traceparent` for two
/// requests, and two services may share a span id.
const TABLES: &str = "
CREATE TABLE events (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id     TEXT NOT NULL,
    session_id TEXT NOT NULL,
    event_id   TEXT,
    trace_id   TEXT,
    body       TEXT NOT NULL,
    UNIQUE (app_id, session_id, event_id)
);
CREATE INDEX events_by_session ON events (session_id, seq);
CREATE INDEX events_by_trace ON events (trace_id, seq);

CREATE TABLE traces (
    trace_id TEXT PRIMARY KEY,
    seq      INTEGER NOT NULL,
    spans    INTEGER NOT NULL,
    bytes    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX traces_by_seq ON traces (seq);

CREATE TABLE spans (
    trace_id       TEXT NOT NULL REFERENCES traces (trace_id) ON DELETE CASCADE,
    span_id        TEXT NOT NULL,
    service        TEXT NOT NULL,
    start_ns       INTEGER NOT NULL,
    end_ns         INTEGER NOT NULL,
    parent_span_id TEXT,
    name           TEXT NOT NULL,
    kind           TEXT NOT NULL,
    status         TEXT NOT NULL,
    detail         TEXT NOT NULL,
    PRIMARY KEY (trace_id, span_id, service, start_ns)
) WITHOUT ROWID;
";

/// Opens or creates the store.
///
/// With a write-ahead log and `synchronous = NORMAL` a committed transaction survives the death of
/// the process; a power cut may take the last ones, and never the file.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(2))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let transaction = connection.transaction()?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        VERSION => {}
        0 => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        _ => return Err(StoreError::OtherVersion { found }),
    }
    transaction.commit()?;
    Ok(connection)
}
