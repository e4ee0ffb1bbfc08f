//! `GET /api/…`: reading back what is stored.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Gateway, problem::Problem};
use crate::{
    ids::TraceId,
    limits::{PAGE_DEFAULT, PAGE_MAX},
    store::{
        StoreError,
        read::{EventFilter, Trace, TraceSummary},
    },
};

type Parameters<T> = Result<Query<T>, QueryRejection>;

/// Parameters of `/api/traces`.
#[derive(Debug, Deserialize)]
pub struct TracesQuery {
    limit: Option<u32>,
}

/// Parameters of `/api/events`.
#[derive(Debug, Deserialize)]
pub struct EventsQuery {
    session: Option<String>,
    trace_id: Option<String>,
    limit: Option<u32>,
}

/// `{"traces": […]}`, newest first.
#[derive(Debug, Serialize)]
pub struct Traces {
    traces: Vec<Arc<TraceSummary>>,
}

/// `{"events": […]}`, newest first.
#[derive(Debug, Serialize)]
pub struct Events {
    events: Vec<Box<RawValue>>,
}

/// The last traces.
pub async fn traces(State(gateway): State<Gateway>, query: Parameters<TracesQuery>) -> Result<Json<Traces>, Problem> {
    let Query(query) = query?;
    Ok(Json(Traces { traces: gateway.store.traces(page(query.limit)).await? }))
}

/// One trace with its spans.
pub async fn trace(State(gateway): State<Gateway>, Path(trace_id): Path<String>) -> Result<Json<Trace>, Problem> {
    let trace = gateway.store.trace(checked(&trace_id)?).await?;
    trace.map(Json).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no span of this trace is stored"))
}

/// The last RUM events.
pub async fn events(State(gateway): State<Gateway>, query: Parameters<EventsQuery>) -> Result<Json<Events>, Problem> {
    let Query(query) = query?;
    let trace_id = query.trace_id.map(|id| checked(&id)).transpose()?.map(|id| id.to_string());
    let filter = EventFilter { session_id: query.session, trace_id, limit: page(query.limit) };
    Ok(Json(Events { events: gateway.store.events(filter).await? }))
}

/// In place of the view where nothing is kept.
pub async fn nothing() -> Problem {
    StoreError::Absent.into()
}

fn page(limit: Option<u32>) -> u32 {
    limit.unwrap_or(PAGE_DEFAULT).min(PAGE_MAX)
}

/// Ids are pasted by people, so upper case is taken too.
fn checked(trace_id: &str) -> Result<TraceId, Problem> {
    TraceId::from_hex(&trace_id.to_ascii_lowercase())
        .ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "a trace id is 32 hex digits, not all zero"))
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(StatusCode::BAD_REQUEST, rejection.body_text())
    }
}
