//! Why the store did not do what it was asked.

use rusqlite::ErrorCode;

use super::schema;

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Too much is waiting to be stored.
    #[error("the store is busy, try again")]
    Busy,
    /// This gateway has none.
    #[error("this gateway keeps nothing (--store none); look where it forwards to")]
    Absent,
    /// It has been closed.
    #[error("the gateway is stopping")]
    Closed,
    /// The file was written by another version of the gateway.
    #[error("the store has format {found} and this gateway writes format {}; give it another file", schema::VERSION)]
    OtherVersion {
        /// The version in the file.
        found: i64,
    },
    /// The disk is full, the file is locked, or the system could not read or write it: this may pass.
    #[error("the store cannot be used at the moment: {0}")]
    Unavailable(String),
    /// The file is damaged, or a statement failed.
    #[error("the store failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// Whether the same request may succeed later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy | Self::Closed | Self::Unavailable(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let passes = matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DiskFull
                    | ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
                    | ErrorCode::ReadOnly
                    | ErrorCode::PermissionDenied
                    | ErrorCode::OutOfMemory
            )
        );
        let text = error.to_string();
        if passes { Self::Unavailable(text) } else { Self::Failed(text) }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(format!("a stored row cannot be read: {error}"))
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}
