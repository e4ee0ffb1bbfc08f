//! `GET /healthz`: whether the gateway runs. `GET /readyz`: whether it can store and forward.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{Gateway, problem::Problem};

/// Asks nobody: who restarts a gateway that does not answer must not do so because the disk is full.
pub async fn live() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Writes to the store and to the spool, so that a full disk or a locked file shows before data comes.
pub async fn ready(State(gateway): State<Gateway>) -> Result<Json<Value>, Problem> {
    if *gateway.stopping.borrow() {
        return Err(crate::store::StoreError::Closed.into());
    }
    gateway.store.check().await?;
    if let Some(forward) = &gateway.forward {
        forward.spool().check().await?;
    }
    Ok(Json(json!({"status": "ok"})))
}
