//! `GET /healthz`: whether the gateway can store, and what it has done.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{Gateway, problem::Problem};

/// Reads from the store, so that a store which hangs or fails shows here.
pub async fn state(State(gateway): State<Gateway>) -> Result<Json<Value>, Problem> {
    gateway.store.traces(1).await?;
    Ok(Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "counters": &*gateway.counters,
    })))
}
