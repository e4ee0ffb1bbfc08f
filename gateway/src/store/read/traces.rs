//! The list of traces, and what it says of each.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::units::milliseconds;
use crate::{
    limits::{ANSWER_BYTES, SERVICES_LISTED},
    store::{Store, StoreError},
};

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
    pub(super) start_ns: i64,
}

/// A page of traces.
#[derive(Debug, Serialize)]
pub struct Traces {
    /// The traces touched last, newest first.
    pub traces: Vec<TraceSummary>,
    /// Where the next page begins; `null` after the last one.
    pub next: Option<String>,
}

/// Which traces to list.
#[derive(Debug, Clone, Default)]
pub struct TraceFilter {
    /// Only with a span of this service.
    pub service: Option<String>,
    /// Only with this text in the name of the first span.
    pub text: Option<String>,
    /// Only with a span that failed, or only without.
    pub failed: Option<bool>,
    /// Only as long as this or longer.
    pub min_duration_ms: Option<f64>,
    /// Only touched before this.
    pub before: Option<i64>,
    /// At most so many.
    pub limit: u32,
}

impl TraceFilter {
    fn fits(&self, trace: &TraceSummary) -> bool {
        let text = self.text.as_ref().map(|text| text.to_lowercase());
        self.service.as_ref().is_none_or(|service| trace.services.contains(service))
            && text.is_none_or(|text| trace.root_name.to_lowercase().contains(&text))
            && self.failed.is_none_or(|failed| failed == (trace.error_count > 0))
            && self.min_duration_ms.is_none_or(|least| trace.duration_ms >= least)
    }
}

impl Store {
    /// The traces touched last, newest first.
    pub async fn traces(&self, filter: TraceFilter) -> Result<Traces, StoreError> {
        self.read(move |connection| {
            // Newest row first: the first row of a trace that comes is the one that touched it last.
            let mut query =
                connection.prepare_cached("SELECT seq, trace_id FROM spans WHERE seq < ?1 ORDER BY seq DESC")?;
            let mut later =
                connection.prepare_cached("SELECT 1 FROM spans WHERE trace_id = ?1 AND seq >= ?2 LIMIT 1")?;
            let before = filter.before.unwrap_or(i64::MAX);
            let mut rows = query.query([before])?;
            let (mut seen, mut traces, mut bytes, mut last) = (HashSet::new(), Vec::new(), 0, None);
            while let Some(row) = rows.next()? {
                let trace_id: String = row.get(1)?;
                // Bounds of the store keep this set small.
                if seen.contains(&trace_id) {
                    continue;
                }
                seen.insert(trace_id.clone());
                if filter.before.is_some() && later.exists((&trace_id, before))? {
                    continue;
                }
                let Some(summary) = summary(connection, &trace_id)? else { continue };
                if !filter.fits(&summary) {
                    continue;
                }
                bytes += summary.bytes();
                if traces.len() >= filter.limit as usize || bytes > ANSWER_BYTES {
                    return Ok(Traces { traces, next: last.map(|seq: i64| seq.to_string()) });
                }
                last = Some(row.get(0)?);
                traces.push(summary);
            }
            Ok(Traces { traces, next: None })
        })
        .await
    }
}

/// The application to which a trace belongs: the first whose page sent a span of it.
pub(super) fn owner(connection: &Connection, trace_id: &str) -> Result<Option<String>, StoreError> {
    let mut query = connection
        .prepare_cached("SELECT app_id FROM spans WHERE trace_id = ?1 AND app_id IS NOT NULL ORDER BY seq LIMIT 1")?;
    Ok(query.query_row([trace_id], |row| row.get(0)).optional()?)
}

/// Whether a span of this application is foreign to a trace of this owner. Backends never are.
pub(super) fn is_foreign(owner: Option<&str>, app_id: Option<&str>) -> bool {
    matches!((owner, app_id), (Some(owner), Some(app_id)) if owner != app_id)
}

/// What the list says of a trace.
pub(super) fn summary(connection: &Connection, trace_id: &str) -> Result<Option<TraceSummary>, StoreError> {
    let owner = owner(connection, trace_id)?;
    let mut query = connection.prepare_cached(
        "SELECT span_id, parent_span_id, service, name, start_ns, end_ns, status = 'error', app_id
         FROM spans WHERE trace_id = ?1",
    )?;
    let mut spans = Vec::new();
    let mut rows = query.query([trace_id])?;
    while let Some(row) = rows.next()? {
        let app_id: Option<String> = row.get(7)?;
        spans.push(Brief {
            span_id: row.get(0)?,
            parent_span_id: row.get(1)?,
            service: row.get(2)?,
            name: row.get(3)?,
            start_ns: row.get(4)?,
            end_ns: row.get(5)?,
            failed: row.get(6)?,
            foreign: is_foreign(owner.as_deref(), app_id.as_deref()),
        });
    }
    Ok(summarise(trace_id, spans))
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
fn summarise(id: &str, mut spans: Vec<Brief>) -> Option<TraceSummary> {
    spans.sort_by(|one, other| {
        (one.start_ns, other.end_ns, &one.span_id).cmp(&(other.start_ns, one.end_ns, &other.span_id))
    });
    let ids: HashSet<&str> = spans.iter().map(|span| span.span_id.as_str()).collect();
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
        trace_id: id.to_owned(),
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
