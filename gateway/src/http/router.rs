//! All endpoints in one table, by who may call them.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::{MethodRouter, get, post},
};
use tower_http::set_header::SetResponseHeaderLayer;

use super::{Gateway, access, api, config, cors, health, metrics, otlp, problem, refusals, rum, www};

/// All endpoints. The view comes from the directory of the settings or, without one, from the program itself.
pub fn router(gateway: Gateway) -> Router {
    // For pages of other origins: what they send, and what they are told.
    let intake = from_table(intake_routes())
        .with_state(gateway.clone())
        // Says in every answer that requests may come compressed (RFC 9110, section 12.5.3).
        .layer(SetResponseHeaderLayer::overriding(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip")))
        .layer(cors::intake(Arc::clone(&gateway.settings)))
        .layer(fixed(header::CACHE_CONTROL, "no-store"));
    // For whoever watches over the process, without secrets.
    let health =
        from_table(health_routes()).with_state(gateway.clone()).layer(fixed(header::CACHE_CONTROL, "no-store"));
    // For operators.
    let reading = from_table(reading_routes())
        .with_state(gateway.clone())
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .merge(if gateway.store.keeps() {
            www::pages(gateway.settings.www.as_deref())
        } else {
            Router::new().fallback(api::absent::answer)
        })
        .layer(middleware::from_fn_with_state(gateway.clone(), access::guard))
        .layer(fixed(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"));
    reading
        .merge(intake)
        .merge(health)
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(middleware::from_fn_with_state(gateway, refusals::watch))
}

/// Method, path, handler.
type Route = (&'static str, &'static str, MethodRouter<Gateway>);

fn intake_routes() -> Vec<Route> {
    vec![
        ("post", "/rum", post(rum::take)),
        ("post", "/v1/traces", post(otlp::take)),
        ("get", "/config/{pid}", get(config::give)),
    ]
}

fn health_routes() -> Vec<Route> {
    vec![("get", "/healthz", get(health::live)), ("get", "/readyz", get(health::ready))]
}

fn reading_routes() -> Vec<Route> {
    vec![
        ("get", "/api/requests", get(api::requests::list)),
        ("get", "/api/requests/{id}", get(api::requests::one)),
        ("get", "/api/events", get(api::requests::events)),
        ("get", "/api/traces", get(api::traces::list)),
        ("get", "/api/traces/{trace_id}", get(api::traces::one)),
        ("get", "/api/sessions", get(api::sessions::list)),
        ("get", "/api/sessions/{session_id}", get(api::sessions::one)),
        ("get", "/api/topology", get(api::topology::graph)),
        ("get", "/api/facets", get(api::facets::list)),
        ("get", "/api/live", get(api::live::stream)),
        ("get", "/api/openapi.json", get(api::openapi::document)),
        ("get", "/metrics", get(metrics::text)),
    ]
}

/// Method and path of every endpoint, for the test that holds docs/gateway/openapi.json to them.
pub fn endpoints() -> Vec<(&'static str, &'static str)> {
    let all = [intake_routes(), health_routes(), reading_routes()];
    all.into_iter().flatten().map(|(method, path, _)| (method, path)).collect()
}

fn from_table(routes: Vec<Route>) -> Router<Gateway> {
    let add = |router: Router<Gateway>, (_, path, handler): Route| router.route(path, handler);
    routes.into_iter().fold(Router::new(), add).method_not_allowed_fallback(problem::method_not_allowed)
}

/// A header that answers have unless they say otherwise.
fn fixed(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
