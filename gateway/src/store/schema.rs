//! The tables, and opening the file that holds them.

use std::{
    fs::OpenOptions,
    io::ErrorKind,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use super::{StoreError, migrate};

/// Format of the file. A new one gets a new number, and a step in [`migrate`].
pub const VERSION: i64 = 3;

/// How long a statement waits while another process holds the file.
const LOCK_TIME: Duration = Duration::from_secs(2);

/// `seq` grows with every insert; the newest row has the highest. `bytes` is the size that counts against the bounds,
/// `arrived_ms` the time from which the age of a row is counted. The other columns of an event are those that readers
/// filter and sort by, taken from `body`.
pub(super) const EVENTS: &str = "
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY,
    app_id      TEXT NOT NULL,
    session_id  TEXT NOT NULL,
    event_id    TEXT,
    trace_id    TEXT,
    arrived_ms  INTEGER NOT NULL,
    bytes       INTEGER NOT NULL,
    start_us    INTEGER NOT NULL,
    duration_ms REAL NOT NULL,
    has_span    INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    status_code INTEGER,
    outcome     TEXT,
    kind        TEXT,
    user_id     TEXT,
    view_id     TEXT,
    view_name   TEXT,
    name        TEXT,
    body        TEXT NOT NULL
);
";

/// `app_id` of a span is the application whose page sent it, and NULL where a backend did. `resource` refers to what
/// spans of one service share.
pub(super) const SPANS: &str = "
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
";

/// A row of `resources` is kept as long as a trace needs it. `readiness` is written to find out whether the store can
/// be written.
const OTHERS: &str = "
CREATE TABLE resources (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL
);
CREATE TABLE readiness (
    id      INTEGER PRIMARY KEY,
    checked INTEGER NOT NULL
);
";

/// What readers look up and sort by. Every index costs each insert and each row that is dropped later: one by session
/// and one by trace would take a fifth of a bundle's time. Without them such a filter reads all of the bounded number of
/// events, which takes milliseconds of a reader and none of the writer.
pub(super) const INDICES: &str = "
CREATE INDEX events_by_start ON events (start_us, seq);
CREATE INDEX spans_by_trace ON spans (trace_id);
";

/// Where the tables are: a file, or memory that all connections of this process to this place share.
#[derive(Debug, Clone)]
pub enum Place {
    /// A file.
    File(PathBuf),
    /// A name for SQLite.
    Memory(String),
}

impl Place {
    /// The place that a path names; `:memory:` is a new one each time.
    pub fn new(path: &Path) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        if path != Path::new(":memory:") {
            return Self::File(path.to_owned());
        }
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        Self::Memory(format!("file:tracebeam-{number}?mode=memory&cache=shared"))
    }

    /// One more connection that only reads.
    ///
    /// In a file, the write-ahead log keeps readers and the writer apart. In shared memory `read_uncommitted` does: a
    /// reader may then see a row whose transaction is still open, and takes no lock that the writer would wait for.
    pub fn reader(&self) -> Result<Connection, StoreError> {
        let connection = match self {
            Self::File(path) => Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | THREADS)?,
            Self::Memory(name) => {
                let connection = Connection::open_with_flags(name, SHARED)?;
                connection.pragma_update(None, "read_uncommitted", true)?;
                connection
            }
        };
        connection.busy_timeout(LOCK_TIME)?;
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    fn writer(&self) -> Result<Connection, StoreError> {
        let path = match self {
            Self::File(path) => path,
            Self::Memory(name) => return Ok(Connection::open_with_flags(name, SHARED)?),
        };
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        Ok(Connection::open(path)?)
    }
}

/// Each connection is used by one thread at a time.
const THREADS: OpenFlags = OpenFlags::SQLITE_OPEN_NO_MUTEX;

const SHARED: OpenFlags = OpenFlags::SQLITE_OPEN_READ_WRITE
    .union(OpenFlags::SQLITE_OPEN_CREATE)
    .union(OpenFlags::SQLITE_OPEN_URI)
    .union(THREADS);

/// Opens or creates the store. A new file can be read by its owner only, since it holds what users did; SQLite gives
/// the files beside it the same mode.
///
/// With a write-ahead log and `synchronous = NORMAL` a committed transaction survives the death of the process. A
/// power cut may take the last transactions, and never the file.
pub fn open(place: &Place) -> Result<Connection, StoreError> {
    let mut connection = place.writer()?;
    connection.busy_timeout(LOCK_TIME)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let transaction = connection.transaction()?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        VERSION => {}
        0 => {
            for part in [EVENTS, SPANS, OTHERS, INDICES] {
                transaction.execute_batch(part)?;
            }
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        _ => {
            migrate::from(&transaction, found)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
    }
    transaction.commit()?;
    Ok(connection)
}
