//! Which pages a browser lets report here and read the answer: those that `--origins` names. Nobody sends credentials.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    extract::ConnectInfo,
    http::{HeaderValue, Method, header, request::Parts},
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::origins::Source;
use crate::settings::Settings;

/// How long a browser may remember the answer to a preflight; Chromium's own maximum.
const PREFLIGHT_AGE: Duration = Duration::from_secs(7_200);

/// The layer that answers preflights and marks answers as readable.
pub fn intake(settings: Arc<Settings>) -> CorsLayer {
    let allowed = move |_: &HeaderValue, request: &Parts| {
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
        peer.is_some_and(|ConnectInfo(peer)| settings.origins.allow_some(Source::of(&request.headers, peer.ip())))
    };
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(allowed))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::CONTENT_TYPE, header::CONTENT_ENCODING])
        // What a sender steers by: whether it may compress, and how long it should wait.
        .expose_headers([header::ACCEPT_ENCODING, header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
}
