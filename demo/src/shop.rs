//! The first service: the demo page's API. Every answer tells which headers each service received.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware,
    routing::get,
};
use serde_json::{Value, json};
use tower_http::{
    cors::{AllowOrigin, CorsLayer},
    set_header::SetResponseHeaderLayer,
};

use crate::{
    cli::ShopArgs,
    client::{Answer, Client},
    pages, received, server_span,
    telemetry::Telemetry,
};

/// The service on two origins: the page's own, and another one.
pub struct Services {
    /// The page and the API.
    pub page: Router,
    /// The API, with CORS.
    pub other_origin: Router,
}

/// Both routers of the shop. The page gets the address of the cross-origin one.
pub fn services(args: &ShopArgs, telemetry: &Telemetry, own_origin: String, other_origin: String) -> Services {
    let api = api(Client::new(&args.inventory, telemetry), telemetry);
    Services {
        other_origin: api.clone().layer(timing_allowed()).layer(cors()),
        page: api.merge(pages::pages(args, &own_origin, &other_origin)),
    }
}

fn api(inventory: Client, telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/api/orders/{id}", get(order))
        .route("/api/orders", axum::routing::post(place))
        .route("/api/slow", get(slow))
        .route("/api/fail", get(fail))
        .route_layer(middleware::from_fn_with_state(telemetry.clone(), server_span::trace))
        .with_state(inventory)
        .layer(SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
}

/// What a careful backend allows: the two headers that the agent may add, and no more.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::mirror_request())
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            HeaderName::from_static("traceparent"),
            HeaderName::from_static("tracestate"),
            header::CONTENT_TYPE,
        ])
}

/// Lets the page see the phases of a cross-origin request.
fn timing_allowed() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(HeaderName::from_static("timing-allow-origin"), HeaderValue::from_static("*"))
}

async fn order(
    State(inventory): State<Client>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> (StatusCode, Json<Value>) {
    // Only characters of an order number are allowed, because the id becomes part of another URL.
    if id.is_empty() || id.len() > 16 || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "an order number is up to 16 letters and digits"})));
    }
    let stock = inventory.call(Method::GET, &format!("/stock/{id}"), "/stock/{id}").await;
    answer(stock, &headers, StatusCode::OK)
}

async fn place(State(inventory): State<Client>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let reservation = inventory.call(Method::POST, "/reservations", "/reservations").await;
    answer(reservation, &headers, StatusCode::CREATED)
}

async fn slow(State(inventory): State<Client>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let count = inventory.call(Method::GET, "/count", "/count").await;
    answer(count, &headers, StatusCode::OK)
}

async fn fail(State(inventory): State<Client>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let fault = inventory.call(Method::GET, "/faulty", "/faulty").await;
    answer(fault, &headers, StatusCode::OK)
}

/// The inventory's answer, or 502 in place of its failure, with the headers that both received.
fn answer(from: Answer, headers: &HeaderMap, success: StatusCode) -> (StatusCode, Json<Value>) {
    let Answer { status, mut body } = from;
    let by_inventory = body.as_object_mut().and_then(|body| body.remove("received")).unwrap_or(Value::Null);
    let status = if status.is_success() { success } else { StatusCode::BAD_GATEWAY };
    let body = json!({
        "trace_id": received::trace_id(),
        "received": {"shop": received::headers(headers), "inventory": by_inventory},
        "inventory": body,
    });
    (status, Json(body))
}
