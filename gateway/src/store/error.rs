//! Why the store did not do what it was asked.

use std::fmt;

use super::schema;

/// Why the store did not do what it was asked.
#[derive(Debug)]
pub enum StoreError {
    /// Its queue is full; the same request may succeed later.
    Busy,
    /// It has been closed.
    Closed,
    /// The file was written by another version of the gateway.
    OtherVersion {
        /// The version in the file.
        found: i64,
    },
    /// SQLite's own complaint.
    Sqlite(rusqlite::Error),
    /// A stored row that cannot be read back.
    Corrupt(serde_json::Error),
    /// The thread could not be started.
    Thread(std::io::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => formatter.write_str("the store is busy, try again"),
            Self::Closed => formatter.write_str("the gateway is stopping"),
            Self::OtherVersion { found } => write!(
                formatter,
                "the store has format {found} and this gateway writes format {}; give it another file",
                schema::VERSION
            ),
            Self::Sqlite(error) => write!(formatter, "the store failed: {error}"),
            Self::Corrupt(error) => write!(formatter, "a stored row cannot be read: {error}"),
            Self::Thread(error) => write!(formatter, "the store's thread did not start: {error}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Corrupt(error)
    }
}
