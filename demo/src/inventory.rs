//! The second service: answers what is in stock, takes some time for it, and fails on demand.

use std::time::Duration;

use axum::{
    Json, Router,
    extract::Path,
    http::{HeaderMap, StatusCode},
    middleware,
    routing::{get, post},
};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{received, server_span, telemetry::Telemetry};

/// How long a lookup takes, so that its bar in the waterfall is visible.
const LOOK: Duration = Duration::from_millis(18);

/// How long counting everything takes.
const COUNT: Duration = Duration::from_millis(1_200);

/// The service's routes.
pub fn service(telemetry: &Telemetry) -> Router {
    Router::new()
        .route("/stock/{id}", get(stock))
        .route("/count", get(count))
        .route("/faulty", get(faulty))
        .route("/reservations", post(reserve))
        .route_layer(middleware::from_fn_with_state(telemetry.clone(), server_span::trace))
}

async fn stock(Path(id): Path<String>, headers: HeaderMap) -> Json<Value> {
    sleep(LOOK).await;
    Json(json!({"id": id, "in_stock": 7, "received": received::headers(&headers)}))
}

async fn count(headers: HeaderMap) -> Json<Value> {
    sleep(COUNT).await;
    Json(json!({"items": 1_204, "received": received::headers(&headers)}))
}

async fn faulty(headers: HeaderMap) -> (StatusCode, Json<Value>) {
    sleep(LOOK).await;
    let body = json!({"error": "the shelf has fallen over", "received": received::headers(&headers)});
    (StatusCode::INTERNAL_SERVER_ERROR, Json(body))
}

async fn reserve(headers: HeaderMap) -> (StatusCode, Json<Value>) {
    sleep(LOOK).await;
    (StatusCode::CREATED, Json(json!({"reserved": true, "received": received::headers(&headers)})))
}
