//! Requests of pages: `/api/requests`, and `/api/events`, which gives the stored documents alone.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::parameters::{Parameters, bad, cursor, number, page, times, trace_id};
use crate::{
    http::{Gateway, problem::Problem},
    store::read::{EventFilter, Request, RequestFilter, Requests},
};

/// Parameters of `/api/requests`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestsQuery {
    app: Option<String>,
    service: Option<String>,
    session: Option<String>,
    user: Option<String>,
    view: Option<String>,
    r#type: Option<String>,
    status: Option<String>,
    outcome: Option<String>,
    failed: Option<bool>,
    traced: Option<bool>,
    trace_id: Option<String>,
    min_duration: Option<f64>,
    max_duration: Option<f64>,
    from: Option<f64>,
    to: Option<f64>,
    q: Option<String>,
    cursor: Option<String>,
    limit: Option<u32>,
}

/// Parameters of `/api/events`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventsQuery {
    session: Option<String>,
    trace_id: Option<String>,
    limit: Option<u32>,
}

/// `{"events": […]}`, newest first.
#[derive(Debug, Serialize)]
pub struct Events {
    events: Vec<Box<RawValue>>,
}

/// A page of requests, those that began last first.
pub async fn list(State(gateway): State<Gateway>, query: Parameters<RequestsQuery>) -> Result<Json<Requests>, Problem> {
    let Query(query) = query?;
    let filter = RequestFilter {
        status: query.status.as_deref().map(status).transpose()?,
        trace_id: query.trace_id.map(|id| trace_id(&id)).transpose()?.map(|id| id.to_string()),
        min_duration_ms: number("min_duration", query.min_duration)?,
        max_duration_ms: number("max_duration", query.max_duration)?,
        times: times(query.from, query.to)?,
        after: cursor(query.cursor.as_deref())?,
        limit: page(query.limit),
        app: query.app,
        service: query.service,
        session: query.session,
        user: query.user,
        view: query.view,
        kind: query.r#type,
        outcome: query.outcome,
        failed: query.failed,
        traced: query.traced,
        text: query.q,
    };
    Ok(Json(gateway.store.requests(filter).await?))
}

/// One request.
pub async fn one(State(gateway): State<Gateway>, Path(id): Path<String>) -> Result<Json<Request>, Problem> {
    let id = id.parse().map_err(|_| bad("id", "must be the id of an answer"))?;
    let request = gateway.store.request(id).await?;
    request.map(Json).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "this request is not stored"))
}

/// The last RUM events.
pub async fn events(State(gateway): State<Gateway>, query: Parameters<EventsQuery>) -> Result<Json<Events>, Problem> {
    let Query(query) = query?;
    let trace_id = query.trace_id.map(|id| trace_id(&id)).transpose()?.map(|id| id.to_string());
    let filter = EventFilter { session_id: query.session, trace_id, limit: page(query.limit) };
    Ok(Json(Events { events: gateway.store.events(filter).await? }))
}

/// `404`, or `4xx` for a whole class.
fn status(text: &str) -> Result<(u16, u16), Problem> {
    let wrong = || bad("status", "must be an HTTP status such as 404, or a class such as 4xx");
    let (least, most) = match text.strip_suffix("xx") {
        Some(class) => {
            let class: u16 = class.parse().map_err(|_| wrong())?;
            (class.saturating_mul(100), class.saturating_mul(100).saturating_add(99))
        }
        None => {
            let status = text.parse().map_err(|_| wrong())?;
            (status, status)
        }
    };
    if (100..1_000).contains(&least) { Ok((least, most)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_a_number_or_a_class() {
        assert_eq!(status("404").ok(), Some((404, 404)));
        assert_eq!(status("5xx").ok(), Some((500, 599)));
        for text in ["", "x", "xx", "0xx", "44", "1000", "4x", "-1", "99999xx"] {
            assert!(status(text).is_err_and(|problem| problem.message.starts_with("status ")), "{text}");
        }
    }
}
