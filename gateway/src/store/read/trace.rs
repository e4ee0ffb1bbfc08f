//! One trace with its spans.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    traces::{self, TraceSummary},
    units::milliseconds,
};
use crate::{
    ids::TraceId,
    store::{Store, StoreError},
};

/// One trace with its spans.
#[derive(Debug, Serialize)]
pub struct Trace {
    /// What the list says of it.
    #[serde(flatten)]
    pub summary: TraceSummary,
    /// What spans share: `{"attributes": …, "scope": …}`. Spans refer to it by place.
    pub resources: Vec<Box<RawValue>>,
    /// Its spans, in the order in which they began.
    pub spans: Vec<SpanView>,
}

/// One span as the API shows it.
#[derive(Debug, Serialize)]
pub struct SpanView {
    /// Lower-case hex.
    pub span_id: String,
    /// Lower-case hex, or `null` for the first span of a trace.
    pub parent_span_id: Option<String>,
    /// `service.name`.
    pub service: String,
    /// The application whose page sent it; `null` for a backend's span.
    pub app_id: Option<String>,
    /// Whether the trace belongs to another application.
    pub foreign: bool,
    /// Place in the trace's `resources`.
    pub resource: usize,
    /// Its name.
    pub name: String,
    /// `client`, `server`, `internal`, …
    pub kind: String,
    /// Nanoseconds since the epoch, as text.
    pub start_unix_nano: String,
    /// After the start of the trace.
    pub offset_ms: f64,
    /// Its length.
    pub duration_ms: f64,
    /// How it ended.
    pub status: StatusView,
    /// The rest, as it was stored.
    #[serde(flatten)]
    pub detail: Detail,
}

/// How a span ended.
#[derive(Debug, Serialize)]
pub struct StatusView {
    /// `unset`, `ok` or `error`.
    pub code: String,
    /// The status's text, often empty.
    pub message: String,
}

/// The part of a span that is only shown; see [`SpanDetail`](crate::otlp::row::SpanDetail).
#[derive(Debug, Serialize, Deserialize)]
pub struct Detail {
    #[serde(skip_serializing)]
    status_message: String,
    trace_state: String,
    attributes: Box<RawValue>,
    events: Box<RawValue>,
    links: Box<RawValue>,
}

impl Store {
    /// One trace, or `None` if it is not here (any more).
    pub async fn trace(&self, trace_id: TraceId) -> Result<Option<Trace>, StoreError> {
        self.read(move |connection| {
            let trace_id = trace_id.to_string();
            let Some(summary) = traces::summary(connection, &trace_id)? else { return Ok(None) };
            let owner = traces::owner(connection, &trace_id)?;
            let mut query = connection.prepare_cached(
                "SELECT span_id, parent_span_id, service, app_id, resource, start_ns, end_ns, kind, status, name, detail
                 FROM spans WHERE trace_id = ?1",
            )?;
            let (mut spans, mut places, mut resources) = (Vec::new(), HashMap::new(), Vec::new());
            let mut rows = query.query([&trace_id])?;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get("resource")?;
                let place = match places.get(&id) {
                    Some(place) => *place,
                    None => {
                        resources.push(resource(connection, id)?);
                        places.insert(id, resources.len() - 1);
                        resources.len() - 1
                    }
                };
                let order: (i64, i64) = (row.get("start_ns")?, row.get("end_ns")?);
                spans.push((order, span_view(row, summary.start_ns, owner.as_deref(), place)?));
            }
            spans.sort_by(|((start, end), one), ((other_start, other_end), other)| {
                (start, other_end, &one.span_id).cmp(&(other_start, end, &other.span_id))
            });
            Ok(Some(Trace { summary, resources, spans: spans.into_iter().map(|(_, span)| span).collect() }))
        })
        .await
    }
}

fn resource(connection: &Connection, id: i64) -> Result<Box<RawValue>, StoreError> {
    let mut query = connection.prepare_cached("SELECT body FROM resources WHERE id = ?1")?;
    let body: Option<String> = query.query_row([id], |row| row.get(0)).optional()?;
    Ok(RawValue::from_string(body.unwrap_or_else(|| "null".to_owned()))?)
}

fn span_view(row: &Row<'_>, trace_start_ns: i64, owner: Option<&str>, resource: usize) -> Result<SpanView, StoreError> {
    let start_ns: i64 = row.get("start_ns")?;
    let end_ns: i64 = row.get("end_ns")?;
    let detail: Detail = serde_json::from_str(row.get_ref("detail")?.as_str().map_err(rusqlite::Error::from)?)?;
    let app_id: Option<String> = row.get("app_id")?;
    Ok(SpanView {
        span_id: row.get("span_id")?,
        parent_span_id: row.get("parent_span_id")?,
        service: row.get("service")?,
        foreign: traces::is_foreign(owner, app_id.as_deref()),
        app_id,
        resource,
        name: row.get("name")?,
        kind: row.get("kind")?,
        start_unix_nano: start_ns.to_string(),
        offset_ms: milliseconds(start_ns.saturating_sub(trace_start_ns)),
        duration_ms: milliseconds(end_ns.saturating_sub(start_ns)),
        status: StatusView { code: row.get("status")?, message: detail.status_message.clone() },
        detail,
    })
}
