//! All endpoints in one table, by who may call them.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::{get, post},
};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{Gateway, access, api, config, cors, health, metrics, otlp, problem, refusals, rum, www};

/// All endpoints. The trace view comes from the directory of the settings or, without one, from the program itself.
pub fn router(gateway: Gateway) -> Router {
    // For pages of other origins: what they send, and what they are told.
    let intake = Router::new()
        .route("/rum", post(rum::take))
        .route("/v1/traces", post(otlp::take))
        .route("/config/{pid}", get(config::give))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(gateway.clone())
        // Says in every answer that requests may come compressed (RFC 9110, section 12.5.3).
        .layer(SetResponseHeaderLayer::overriding(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip")))
        .layer(cors::intake(Arc::clone(&gateway.settings)))
        .layer(fixed(header::CACHE_CONTROL, "no-store"));
    // For whoever watches over the process, without secrets.
    let health = Router::new()
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(gateway.clone())
        .layer(fixed(header::CACHE_CONTROL, "no-store"));
    // For operators.
    let reading = Router::new()
        .route("/api/traces", get(api::traces))
        .route("/api/traces/{trace_id}", get(api::trace))
        .route("/api/events", get(api::events))
        .route("/metrics", get(metrics::text))
        .method_not_allowed_fallback(problem::method_not_allowed)
        .with_state(gateway.clone())
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .merge(if gateway.store.keeps() {
            www::pages(gateway.settings.www.as_deref())
        } else {
            Router::new().fallback(api::nothing)
        })
        .layer(middleware::from_fn_with_state(gateway.clone(), access::guard))
        .layer(fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"));
    reading
        .merge(intake)
        .merge(health)
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(middleware::from_fn_with_state(gateway, refusals::watch))
}

/// A header that answers have unless they say otherwise.
fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
