//! Sessions: `/api/sessions` and `/api/sessions/{session_id}`.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::parameters::{Parameters, cursor, page, times};
use crate::{
    http::{Gateway, problem::Problem},
    store::read::{Session, SessionFilter, Sessions},
};

/// Parameters of `/api/sessions`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionsQuery {
    app: Option<String>,
    user: Option<String>,
    from: Option<f64>,
    to: Option<f64>,
    limit: Option<u32>,
}

/// Parameters of `/api/sessions/{session_id}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionQuery {
    app: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// Sessions, those with the latest request first.
pub async fn list(State(gateway): State<Gateway>, query: Parameters<SessionsQuery>) -> Result<Json<Sessions>, Problem> {
    let Query(query) = query?;
    let filter = SessionFilter {
        app: query.app,
        user: query.user,
        times: times(query.from, query.to)?,
        limit: page(query.limit),
    };
    Ok(Json(gateway.store.sessions(filter).await?))
}

/// One session as a time line.
pub async fn one(
    State(gateway): State<Gateway>,
    Path(session_id): Path<String>,
    query: Parameters<SessionQuery>,
) -> Result<Json<Session>, Problem> {
    let Query(query) = query?;
    let after = cursor(query.cursor.as_deref())?;
    let session = gateway.store.session(query.app, session_id, after, page(query.limit)).await?;
    session.map(Json).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no request of this session is stored"))
}
