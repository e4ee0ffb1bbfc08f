//! Refusals, as one type with one JSON shape: `{"error": "…", "path": "events[2].duration"}`.

use axum::{
    Json,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{forward::spool::SpoolError, store::StoreError};

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// What is wrong, for a person.
    pub message: String,
    /// Place in the body, where there is one.
    pub path: Option<String>,
    /// Under which name it is counted.
    pub kind: &'static str,
}

/// What the log and the metrics are told of a refusal. The message of a fault of ours holds nothing that a client
/// sent; those of clients' faults may, and stay out of the log.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Under which name it is counted.
    pub kind: &'static str,
    /// What is wrong, of a fault of ours.
    pub message: Option<String>,
}

impl Problem {
    /// A refusal without a place.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), path: None, kind: kind(status) }
    }

    /// The same, counted under another name than its status'.
    pub fn counted_as(self, kind: &'static str) -> Self {
        Self { kind, ..self }
    }

    /// Whether the same request may succeed later.
    pub fn is_temporary(&self) -> bool {
        matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS)
    }

    /// Marks an answer, so that it is counted and logged, and says when to come again.
    pub fn mark(&self, mut response: Response) -> Response {
        let message = self.status.is_server_error().then(|| self.message.clone());
        response.extensions_mut().insert(Refusal { kind: self.kind, message });
        if self.is_temporary() {
            response.headers_mut().insert(header::RETRY_AFTER, 1.into());
        }
        response
    }
}

/// What a refusal with this status is counted as.
fn kind(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "malformed",
        StatusCode::UNAUTHORIZED => "no_token",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method",
        StatusCode::REQUEST_TIMEOUT => "slow_body",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "type",
        StatusCode::TOO_MANY_REQUESTS => "rate",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        _ => "failed",
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = match &self.path {
            Some(path) => json!({"error": self.message, "path": path}),
            None => json!({"error": self.message}),
        };
        self.mark((self.status, Json(body)).into_response())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let status = match error {
            StoreError::Absent => StatusCode::NOT_FOUND,
            _ if error.is_temporary() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let problem = Self::new(status, error.to_string());
        match error {
            StoreError::Absent => problem,
            StoreError::Busy => problem.counted_as("busy"),
            _ => problem.counted_as("store"),
        }
    }
}

impl From<SpoolError> for Problem {
    fn from(error: SpoolError) -> Self {
        let kind = match error {
            SpoolError::Busy => "busy",
            SpoolError::Full => "spool_full",
            SpoolError::Unavailable(_) => "spool",
            SpoolError::Closed => "stopping",
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()).counted_as(kind)
    }
}

/// The answer to a known path with a wrong method.
pub async fn method_not_allowed(method: Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{method} is not possible here"))
}
