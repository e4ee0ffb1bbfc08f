//! `/api/topology`: which services call which.

use axum::{
    Json,
    extract::{Query, State},
};
use serde::Deserialize;

use super::parameters::{Parameters, bad, times};
use crate::{
    http::{Gateway, problem::Problem},
    limits::WINDOW_DEFAULT,
    store::read::Topology,
};

/// Parameters of `/api/topology`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopologyQuery {
    from: Option<f64>,
    to: Option<f64>,
}

/// Applications and services of a window of time, and the calls between them.
pub async fn graph(
    State(gateway): State<Gateway>,
    query: Parameters<TopologyQuery>,
) -> Result<Json<Topology>, Problem> {
    let Query(query) = query?;
    let times = times(query.from, query.to)?;
    let to = times.to_ms.unwrap_or_else(|| gateway.settings.clock.now_ms() as f64);
    let from = times.from_ms.unwrap_or(to - WINDOW_DEFAULT.as_millis() as f64);
    if from >= to {
        return Err(bad("from", "must be before to"));
    }
    Ok(Json(gateway.store.topology(from, to).await?))
}
