//! All endpoints in one table, and what their handlers share.

use std::{path::PathBuf, sync::Arc};

use axum::{
    Router,
    http::{HeaderValue, header},
    routing::{get, post},
};
use tokio::sync::Semaphore;
use tower_http::set_header::SetResponseHeaderLayer;

use super::{api, config, cors, health, otlp, problem, rum, www};
use crate::{counters::Counters, limits::PARALLEL_PARSES, store::Store};

/// What all handlers share.
#[derive(Clone)]
pub struct Gateway {
    /// Where everything is kept.
    pub store: Store,
    /// What has been done so far.
    pub counters: Arc<Counters>,
    /// Where the applications' remote configurations are, if anywhere.
    pub(super) config: Option<Arc<PathBuf>>,
    /// Bounds the bodies that are parsed at the same time.
    pub(super) parsing: Arc<Semaphore>,
}

impl Gateway {
    /// A gateway on top of a store, with a directory of remote configurations.
    pub fn new(store: Store, config: Option<PathBuf>) -> Self {
        let config = config.map(Arc::new);
        Self { store, config, counters: Arc::default(), parsing: Arc::new(Semaphore::new(PARALLEL_PARSES)) }
    }
}

/// All endpoints. The trace view comes from `www` or, without it, from the program itself.
pub fn router(gateway: Gateway, www: Option<PathBuf>) -> Router {
    let endpoints = Router::new()
        .route("/rum", post(rum::take))
        .route("/v1/traces", post(otlp::take))
        .route("/api/traces", get(api::traces))
        .route("/api/traces/{trace_id}", get(api::trace))
        .route("/api/events", get(api::events))
        .route("/config/{pid}", get(config::give))
        .route("/healthz", get(health::state))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(gateway)
        // Says in every answer that requests may come compressed (RFC 9110, section 12.5.3).
        .layer(SetResponseHeaderLayer::overriding(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip")))
        .layer(cors::open())
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    www::pages(endpoints, www)
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
}
