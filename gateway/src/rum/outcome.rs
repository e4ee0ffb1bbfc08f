//! How a request ended.

use serde::Serialize;

/// The five ways in which a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// An answer below 400, or one that the application calls good.
    Ok,
    /// An answer of 400 or above.
    HttpError,
    /// No answer: refused, unreachable, blocked by CORS.
    NetworkError,
    /// No answer in time.
    Timeout,
    /// The page gave it up.
    Abort,
}

impl Outcome {
    /// The agent's own word, or else what status and success say. `None` where nothing is known.
    pub fn of(word: Option<&str>, status: Option<u16>, success: Option<i8>) -> Option<Self> {
        match word {
            Some("ok") => Some(Self::Ok),
            Some("http_error") => Some(Self::HttpError),
            Some("network_error") => Some(Self::NetworkError),
            Some("timeout") => Some(Self::Timeout),
            Some("abort") => Some(Self::Abort),
            _ => match (status, success) {
                (Some(400..), _) => Some(Self::HttpError),
                (None, Some(0)) => Some(Self::NetworkError),
                (Some(_), Some(0)) => Some(Self::HttpError),
                (Some(_), _) | (None, Some(1)) => Some(Self::Ok),
                (None, _) => None,
            },
        }
    }
}
