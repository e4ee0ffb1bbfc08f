//! Reading for the API. The shapes here are the API's JSON.

use std::{collections::HashMap, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Store, StoreError, index::Index};
use crate::{
    ids::TraceId,
    limits::{ANSWER_BYTES, SERVICES_LISTED},
};

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
    /// Its services, in the order in which they began; at most [`SERVICES_LISTED`].
    pub services: Vec<String>,
    /// Start of the first span, nanoseconds since the epoch, as text.
    pub start_unix_nano: String,
    /// From the first start to the last end.
    pub duration_ms: f64,
    /// Spans in it.
    pub span_count: usize,
    /// Spans that failed.
    pub error_count: usize,
    #[serde(skip)]
    start_ns: i64,
}

/// One trace with its spans.
#[derive(Debug, Serialize)]
pub struct Trace {
    /// What the list says of it.
    #[serde(flatten)]
    pub summary: Arc<TraceSummary>,
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
    pub async fn traces(&self, limit: u32) -> Result<Vec<Arc<TraceSummary>>, StoreError> {
        self.read(move |connection, index| {
            let (mut summaries, mut bytes) = (Vec::new(), 0);
            for id in index.traces.newest(limit as usize) {
                let Some(summary) = summary(connection, index, id)? else { continue };
                bytes += summary.bytes();
                if bytes > ANSWER_BYTES {
                    break;
                }
                summaries.push(summary);
            }
            Ok(summaries)
        })
        .await
    }

    /// One trace, or `None` if it is not here (any more).
    pub async fn trace(&self, trace_id: TraceId) -> Result<Option<Trace>, StoreError> {
        self.read(move |connection, index| {
            let Some(summary) = summary(connection, index, trace_id)? else { return Ok(None) };
            let Some(rows) = index.traces.rows(trace_id) else { return Ok(None) };
            let mut query = connection.prepare_cached(
                "SELECT span_id, parent_span_id, service, app_id, resource, start_ns, end_ns, kind, status, name, detail
                 FROM spans WHERE seq = ?1",
            )?;
            let (mut spans, mut places, mut resources) = (Vec::new(), HashMap::new(), Vec::new());
            for (seq, foreign) in rows {
                let mut found = query.query([seq])?;
                let Some(row) = found.next()? else { continue };
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
                spans.push((order, span_view(row, summary.start_ns, foreign, place)?));
            }
            spans.sort_by(|((start, end), one), ((other_start, other_end), other)| {
                (start, other_end, &one.span_id).cmp(&(other_start, end, &other.span_id))
            });
            Ok(Some(Trace { summary, resources, spans: spans.into_iter().map(|(_, span)| span).collect() }))
        })
        .await
    }

    /// The last events, newest first, each as the JSON that was stored.
    pub async fn events(&self, filter: EventFilter) -> Result<Vec<Box<RawValue>>, StoreError> {
        self.read(move |connection, index| {
            let session = filter.session_id.as_deref().map(|id| index.keys.of(id));
            let trace = filter.trace_id.as_deref().map(|id| index.keys.of(id));
            let mut query = connection.prepare_cached("SELECT body FROM events WHERE seq = ?1")?;
            let (mut events, mut bytes) = (Vec::new(), 0);
            for seq in index.events.newest(session, trace, filter.limit as usize) {
                let Some(body) = query.query_row([seq], |row| row.get::<_, String>(0)).optional()? else { continue };
                bytes += body.len();
                if bytes > ANSWER_BYTES {
                    break;
                }
                events.push(RawValue::from_string(body)?);
            }
            Ok(events)
        })
        .await
    }
}

/// The summary of a trace, made anew only after the trace was touched.
fn summary(connection: &Connection, index: &mut Index, id: TraceId) -> Result<Option<Arc<TraceSummary>>, StoreError> {
    if let Some(summary) = index.traces.summary(id) {
        return Ok(Some(summary));
    }
    let Some(rows) = index.traces.rows(id) else { return Ok(None) };
    let mut query = connection.prepare_cached(
        "SELECT span_id, parent_span_id, service, name, start_ns, end_ns, status = 'error' FROM spans WHERE seq = ?1",
    )?;
    let mut spans = Vec::new();
    for (seq, foreign) in rows {
        let mut found = query.query([seq])?;
        if let Some(row) = found.next()? {
            spans.push(Brief {
                span_id: row.get(0)?,
                parent_span_id: row.get(1)?,
                service: row.get(2)?,
                name: row.get(3)?,
                start_ns: row.get(4)?,
                end_ns: row.get(5)?,
                failed: row.get(6)?,
                foreign,
            });
        }
    }
    let summary = summarise(id, spans).map(Arc::new);
    if let Some(summary) = &summary {
        index.traces.keep_summary(id, Arc::clone(summary));
    }
    Ok(summary)
}

/// What a summary needs of a span.
struct Brief {
    span_id: String,
    parent_span_id: Option<String>,
    service: String,
    name: String,
    start_ns: i64,
    end_ns: i64,
    failed: bool,
    foreign: bool,
}

/// The first span is one whose parent is not in the trace, so that a late or unsampled parent does not leave the trace
/// without a name. Spans of foreign applications are counted and say nothing else.
fn summarise(id: TraceId, mut spans: Vec<Brief>) -> Option<TraceSummary> {
    spans.sort_by(|one, other| {
        (one.start_ns, other.end_ns, &one.span_id).cmp(&(other.start_ns, one.end_ns, &other.span_id))
    });
    let ids: std::collections::HashSet<&str> = spans.iter().map(|span| span.span_id.as_str()).collect();
    let own = || spans.iter().filter(|span| !span.foreign);
    let root = own().find(|span| span.parent_span_id.as_deref().is_none_or(|parent| !ids.contains(parent)));
    let start_ns = own().map(|span| span.start_ns).min()?;
    let end_ns = own().map(|span| span.end_ns).max()?;
    let mut services: Vec<String> = Vec::new();
    for span in own() {
        if services.len() < SERVICES_LISTED && !services.contains(&span.service) {
            services.push(span.service.clone());
        }
    }
    Some(TraceSummary {
        trace_id: id.to_string(),
        root_name: root.map(|root| root.name.clone()).unwrap_or_default(),
        root_service: root.map(|root| root.service.clone()).unwrap_or_default(),
        services,
        start_unix_nano: start_ns.to_string(),
        duration_ms: milliseconds(end_ns.saturating_sub(start_ns)),
        span_count: spans.len(),
        error_count: spans.iter().filter(|span| span.failed).count(),
        start_ns,
    })
}

impl TraceSummary {
    fn bytes(&self) -> usize {
        200 + self.root_name.len() + self.root_service.len() + self.services.iter().map(String::len).sum::<usize>()
    }
}

fn resource(connection: &Connection, id: i64) -> Result<Box<RawValue>, StoreError> {
    let mut query = connection.prepare_cached("SELECT body FROM resources WHERE id = ?1")?;
    let body: Option<String> = query.query_row([id], |row| row.get(0)).optional()?;
    Ok(RawValue::from_string(body.unwrap_or_else(|| "null".to_owned()))?)
}

fn span_view(row: &Row<'_>, trace_start_ns: i64, foreign: bool, resource: usize) -> Result<SpanView, StoreError> {
    let start_ns: i64 = row.get("start_ns")?;
    let end_ns: i64 = row.get("end_ns")?;
    let detail: Detail = serde_json::from_str(row.get_ref("detail")?.as_str().map_err(rusqlite::Error::from)?)?;
    Ok(SpanView {
        span_id: row.get("span_id")?,
        parent_span_id: row.get("parent_span_id")?,
        service: row.get("service")?,
        app_id: row.get("app_id")?,
        foreign,
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

fn milliseconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / NS_PER_MS
}
