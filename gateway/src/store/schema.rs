//! The tables, and opening the file that holds them.

use std::{fs::OpenOptions, io::ErrorKind, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use rusqlite::Connection;

use super::StoreError;

/// Format of the file. A new one gets a new number: the store holds what can be lost, so there are no migrations.
pub const VERSION: i64 = 3;

/// How long a statement waits while another process holds the file.
const LOCK_TIME: Duration = Duration::from_secs(2);

/// `seq` grows with every insert; the newest row has the highest. `bytes` is the size that counts against the bounds,
/// `arrived_ms` the time from which the age of a row is counted.
///
/// `app_id` of a span is the application whose page sent it, and NULL where a backend did. `resource` refers to what
/// spans of one service share; a row of `resources` is kept as long as a trace needs it.
const TABLES: &str = "
CREATE TABLE events (
    seq        INTEGER PRIMARY KEY,
    app_id     TEXT NOT NULL,
    session_id TEXT NOT NULL,
    event_id   TEXT,
    trace_id   TEXT,
    arrived_ms INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    body       TEXT NOT NULL
);
CREATE TABLE resources (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL
);
CREATE TABLE spans (
    seq            INTEGER PRIMARY KEY,
    trace_id       TEXT NOT NULL,
    span_id        TEXT NOT NULL,
    parent_span_id TEXT,
    service        TEXT NOT NULL,
    app_id         TEXT,
    resource       INTEGER NOT NULL,
    start_ns       INTEGER NOT NULL,
    end_ns         INTEGER NOT NULL,
    arrived_ms     INTEGER NOT NULL,
    bytes          INTEGER NOT NULL,
    kind           TEXT NOT NULL,
    status         TEXT NOT NULL,
    name           TEXT NOT NULL,
    detail         TEXT NOT NULL
);
-- Written to find out whether the store can be written.
CREATE TABLE readiness (
    id      INTEGER PRIMARY KEY,
    checked INTEGER NOT NULL
);
";

/// Opens or creates the store. A new file can be read by its owner only, since it holds what users did; SQLite gives
/// the files beside it the same mode.
///
/// With a write-ahead log and `synchronous = NORMAL` a committed transaction survives the death of the process. A
/// power cut may take the last transactions, and never the file.
pub fn open(path: &Path) -> Result<Connection, StoreError> {
    if path != Path::new(":memory:") {
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
    }
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(LOCK_TIME)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
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
