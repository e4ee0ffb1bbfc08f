//! Why the spool did not take a request.

/// Why the spool did not take a request. Each of these may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpoolError {
    /// The receiver has taken too little for too long.
    #[error("the spool is full, try again")]
    Full,
    /// Too many requests wait to be written.
    #[error("the spool is busy, try again")]
    Busy,
    /// The disk is full, or the system could not write.
    #[error("the spool cannot be written at the moment: {0}")]
    Unavailable(std::io::ErrorKind),
    /// It has been closed.
    #[error("the gateway is stopping")]
    Closed,
}
