//! Refusals, as one type with one JSON shape: `{"error": "…", "path": "events[2].duration"}`.

use axum::{
    Json,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::store::StoreError;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: StatusCode,
    /// What is wrong, for a person.
    pub message: String,
    /// Place in the body, where there is one.
    pub path: Option<String>,
}

impl Problem {
    /// A refusal without a place.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), path: None }
    }

    /// Whether the same request may succeed later.
    pub fn is_temporary(&self) -> bool {
        self.status == StatusCode::SERVICE_UNAVAILABLE
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let temporary = self.is_temporary();
        let body = match self.path {
            Some(path) => json!({"error": self.message, "path": path}),
            None => json!({"error": self.message}),
        };
        let mut response = (self.status, Json(body)).into_response();
        if temporary {
            response.headers_mut().insert(header::RETRY_AFTER, 1.into());
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let status = match error {
            StoreError::Busy | StoreError::Closed => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string())
    }
}

/// The answer to a known path with a wrong method.
pub async fn method_not_allowed(method: Method) -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("{method} is not possible here"))
}
