//! Traces: `/api/traces` and `/api/traces/{trace_id}`.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::parameters::{Parameters, bad, number, page, trace_id};
use crate::{
    http::{Gateway, problem::Problem},
    store::read::{Trace, TraceFilter, Traces},
};

/// Parameters of `/api/traces`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TracesQuery {
    service: Option<String>,
    failed: Option<bool>,
    min_duration: Option<f64>,
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// A page of traces, those touched last first.
pub async fn list(State(gateway): State<Gateway>, query: Parameters<TracesQuery>) -> Result<Json<Traces>, Problem> {
    let Query(query) = query?;
    let cursor = query.cursor.map(|text| text.parse().map_err(|_| bad("cursor", "must be the next of an answer")));
    let filter = TraceFilter {
        service: query.service,
        text: query.q,
        failed: query.failed,
        min_duration_ms: number("min_duration", query.min_duration)?,
        before: cursor.transpose()?,
        limit: page(query.limit),
    };
    Ok(Json(gateway.store.traces(filter).await?))
}

/// One trace with its spans.
pub async fn one(State(gateway): State<Gateway>, Path(id): Path<String>) -> Result<Json<Trace>, Problem> {
    let trace = gateway.store.trace(trace_id(&id)?).await?;
    trace.map(Json).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no span of this trace is stored"))
}
