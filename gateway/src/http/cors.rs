//! Cross-origin access: anyone may send and read, nobody with credentials.
//!
//! Pages of any origin report here, and the demo page reads back from another port. The gateway
//! knows no cookies, so an origin gains nothing that it could not get by asking directly.

use axum::http::{Method, header};
use std::time::Duration;
use tower_http::cors::{Any, CorsLayer};

/// How long a browser may remember the answer to a preflight; Chromium's own maximum.
const PREFLIGHT_AGE: Duration = Duration::from_secs(7_200);

/// The layer that answers preflights and marks answers as readable.
pub fn open() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::CONTENT_ENCODING])
        // What a sender steers by: whether it may compress, and how long it should wait.
        .expose_headers([header::ACCEPT_ENCODING, header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
}
