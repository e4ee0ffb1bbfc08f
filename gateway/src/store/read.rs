//! Reading for the API. The shapes here are the API's JSON.

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde_json::{Map, Value, value::RawValue};

use super::{Store, StoreError};
use crate::otlp::row::{Scope, SpanDetail, SpanEvent, SpanLink};

const NS_PER_MS: f64 = 1_000_000.0;

/// One trace in a list.
#[derive(Debug, Serialize)]
pub struct TraceSummary {
    /// Lower-case hex.
    pub trace_id: String,
    /// Name of its first span.
    pub root_name: String,
    /// Service of its first span.
    pub root_service: String,
    /// All services, in the order in which they began.
    pub services: Vec<String>,
    /// Start of the first span, nanoseconds since the epoch, as text.
    pub start_unix_nano: String,
    /// From the first start to the last end.
    pub duration_ms: f64,
    /// Spans in it.
    pub span_count: usize,
    /// Spans that failed.
    pub error_count: usize,
}

/// One trace with its spans.
#[derive(Debug, Serialize)]
pub struct Trace {
    /// What the list says of it.
    #[serde(flatten)]
    pub summary: TraceSummary,
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
    /// W3C tracestate.
    pub trace_state: String,
    /// The span's attributes.
    pub attributes: Map<String, Value>,
    /// The resource's attributes.
    pub resource: Map<String, Value>,
    /// The instrumentation scope.
    pub scope: Scope,
    /// What happened within it.
    pub events: Vec<SpanEvent>,
    /// Spans it points to.
    pub links: Vec<SpanLink>,
}

/// How a span ended.
#[derive(Debug, Serialize)]
pub struct StatusView {
    /// `unset`, `ok` or `error`.
    pub code: String,
    /// The status's text, often empty.
    pub message: String,
}

/// Which events to list.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only of this session.
    pub session_id: Option<String>,
    /// Only of this trace.
    pub trace_id: Option<String>,
    /// At most so many.
    pub limit: u32,
}

impl Store {
    /// The traces touched last, newest first.
    pub async fn traces(&self, limit: u32) -> Result<Vec<TraceSummary>, StoreError> {
        self.call(move |connection| {
            let mut ids = connection.prepare_cached("SELECT trace_id FROM traces ORDER BY seq DESC LIMIT ?1")?;
            let ids: Vec<String> = ids.query_map([limit], |row| row.get(0))?.collect::<Result<_, _>>()?;
            let traces = ids.into_iter().map(|id| Ok(trace_row(connection, &id)?.map(|(summary, _)| summary)));
            traces.filter_map(Result::transpose).collect()
        })
        .await
    }

    /// One trace, or `None` if it is not here (any more).
    pub async fn trace(&self, trace_id: String) -> Result<Option<Trace>, StoreError> {
        self.call(move |connection| {
            let Some((summary, start_ns)) = trace_row(connection, &trace_id)? else { return Ok(None) };
            let mut query = connection.prepare_cached(
                "SELECT span_id, parent_span_id, service, name, kind, start_ns, end_ns, status, detail
                 FROM spans WHERE trace_id = ?1 ORDER BY start_ns, end_ns DESC, span_id",
            )?;
            let mut rows = query.query([&trace_id])?;
            let mut spans = Vec::new();
            while let Some(row) = rows.next()? {
                spans.push(span_view(row, start_ns)?);
            }
            Ok(Some(Trace { summary, spans }))
        })
        .await
    }

    /// The last events, newest first, each as the JSON that was stored.
    pub async fn events(&self, filter: EventFilter) -> Result<Vec<Box<RawValue>>, StoreError> {
        self.call(move |connection| {
            let mut query = connection.prepare_cached(
                "SELECT body FROM events WHERE (?1 IS NULL OR session_id = ?1) AND (?2 IS NULL OR trace_id = ?2)
                 ORDER BY seq DESC LIMIT ?3",
            )?;
            let mut rows = query.query(params![filter.session_id, filter.trace_id, filter.limit])?;
            let mut events = Vec::new();
            while let Some(row) = rows.next()? {
                events.push(RawValue::from_string(row.get(0)?)?);
            }
            Ok(events)
        })
        .await
    }
}

/// The summary of a trace and its start. Its first span is one without a parent in the trace, so
/// that a late or unsampled parent does not leave it without a name.
fn trace_row(connection: &Connection, trace_id: &str) -> Result<Option<(TraceSummary, i64)>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT service, name, start_ns, end_ns, status = 'error',
                parent_span_id IS NULL OR parent_span_id NOT IN (SELECT span_id FROM spans WHERE trace_id = ?1)
         FROM spans WHERE trace_id = ?1 ORDER BY start_ns, end_ns DESC, span_id",
    )?;
    let mut rows = query.query([trace_id])?;
    let mut root: Option<(String, String)> = None;
    let mut services: Vec<String> = Vec::new();
    let (mut start, mut end) = (i64::MAX, i64::MIN);
    let (mut span_count, mut error_count) = (0, 0);
    while let Some(row) = rows.next()? {
        let service: String = row.get(0)?;
        if row.get(5)? && root.is_none() {
            root = Some((service.clone(), row.get(1)?));
        }
        start = start.min(row.get(2)?);
        end = end.max(row.get(3)?);
        span_count += 1;
        error_count += usize::from(row.get::<_, bool>(4)?);
        if !services.contains(&service) {
            services.push(service);
        }
    }
    if span_count == 0 {
        return Ok(None);
    }
    let (root_service, root_name) = root.unwrap_or_default();
    let summary = TraceSummary {
        trace_id: trace_id.to_owned(),
        root_name,
        root_service,
        services,
        start_unix_nano: start.to_string(),
        duration_ms: milliseconds(end.saturating_sub(start)),
        span_count,
        error_count,
    };
    Ok(Some((summary, start)))
}

fn span_view(row: &Row<'_>, trace_start_ns: i64) -> Result<SpanView, StoreError> {
    let start_ns: i64 = row.get("start_ns")?;
    let end_ns: i64 = row.get("end_ns")?;
    let detail: SpanDetail = serde_json::from_str(row.get_ref("detail")?.as_str().map_err(rusqlite::Error::from)?)?;
    Ok(SpanView {
        span_id: row.get("span_id")?,
        parent_span_id: row.get("parent_span_id")?,
        service: row.get("service")?,
        name: row.get("name")?,
        kind: row.get("kind")?,
        start_unix_nano: start_ns.to_string(),
        offset_ms: milliseconds(start_ns.saturating_sub(trace_start_ns)),
        duration_ms: milliseconds(end_ns.saturating_sub(start_ns)),
        status: StatusView { code: row.get("status")?, message: detail.status_message },
        trace_state: detail.trace_state,
        attributes: detail.attributes,
        resource: detail.resource,
        scope: detail.scope,
        events: detail.events,
        links: detail.links,
    })
}

fn milliseconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / NS_PER_MS
}
