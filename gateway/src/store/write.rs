//! Storing what one request brought: all of it, or nothing.

use rusqlite::{Connection, params};
use tracebeam::engine::event::Outcome;

use super::{
    Bounds, Store, StoreError,
    index::{Event, Index, Room, Span},
    retention,
};
use crate::{
    budget::Reserved,
    otlp::row::SpanRow,
    rum::{mapping, record::Record},
};

/// What a row costs beside its texts.
const ROW_BYTES: usize = 64;

/// What one request brought.
#[derive(Debug, Default)]
pub struct Batch {
    /// RUM events.
    pub events: Vec<NewEvent>,
    /// Spans of backends.
    pub spans: Vec<SpanRow>,
    /// When it came in, milliseconds since the epoch.
    pub arrived_ms: u64,
    /// The memory that was reserved for it; free again once it is stored.
    pub reserved: Option<Reserved>,
}

impl Batch {
    /// Its size.
    pub fn bytes(&self) -> usize {
        let events: usize = self.events.iter().map(NewEvent::bytes).sum();
        events + self.spans.iter().map(SpanRow::bytes).sum::<usize>()
    }

    /// Its spans, those of events first.
    pub fn rows(&self) -> impl Iterator<Item = &SpanRow> {
        self.events.iter().filter_map(|event| event.span.as_ref()).chain(&self.spans)
    }
}

/// An event to store.
#[derive(Debug, Clone)]
pub struct NewEvent {
    app_id: String,
    session_id: String,
    event_id: Option<String>,
    trace_id: Option<String>,
    body: String,
    columns: Columns,
    /// Its span, where its trace is recorded.
    span: Option<SpanRow>,
}

/// What readers filter and sort by.
#[derive(Debug, Clone)]
struct Columns {
    start_us: i64,
    duration_ms: f64,
    has_span: bool,
    failed: bool,
    status_code: Option<u16>,
    outcome: Option<&'static str>,
    kind: Option<String>,
    user_id: Option<String>,
    view_id: Option<String>,
    view_name: Option<String>,
    name: Option<String>,
}

impl Columns {
    fn bytes(&self) -> usize {
        let texts = [&self.kind, &self.user_id, &self.view_id, &self.view_name, &self.name];
        texts.into_iter().flatten().map(String::len).sum()
    }
}

impl NewEvent {
    /// An event as it is stored. `Err` only where a record is no JSON, which none is.
    pub fn new(record: Record, span: Option<SpanRow>) -> Result<Self, StoreError> {
        let body = serde_json::to_string(&record)?;
        let columns = Columns {
            start_us: (record.timestamp_ms * 1_000.0).round() as i64,
            duration_ms: record.duration_ms,
            has_span: record.has_span,
            failed: mapping::is_error(&record),
            status_code: record.status_code,
            outcome: record.outcome.map(Outcome::name),
            kind: record.kind,
            user_id: record.user_id,
            view_id: record.view.id,
            view_name: record.view.name,
            name: record.name,
        };
        Ok(Self {
            body,
            columns,
            app_id: record.app.id,
            session_id: record.session_id.unwrap_or_default(),
            event_id: record.event_id,
            trace_id: record.trace_id,
            span,
        })
    }

    /// Its size with its span's.
    pub fn bytes(&self) -> usize {
        self.own_bytes() + self.span.as_ref().map_or(0, SpanRow::bytes)
    }

    fn own_bytes(&self) -> usize {
        ROW_BYTES + self.body.len() + self.columns.bytes()
    }
}

/// What a write did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Events stored.
    pub events: usize,
    /// Events that were here already.
    pub duplicate_events: usize,
    /// Spans stored.
    pub spans: usize,
    /// Spans that were here already.
    pub duplicate_spans: usize,
    /// Spans refused because their trace is full.
    pub over_limit: usize,
}

impl std::iter::Sum for Written {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            events: sum.events + one.events,
            duplicate_events: sum.duplicate_events + one.duplicate_events,
            spans: sum.spans + one.spans,
            duplicate_spans: sum.duplicate_spans + one.duplicate_spans,
            over_limit: sum.over_limit + one.over_limit,
        })
    }
}

impl Store {
    /// Stores what a request brought. An event that is here already is left out together with its span.
    pub async fn write(&self, batch: Batch) -> Result<Written, StoreError> {
        self.send_write(batch).await
    }

    /// Stores spans.
    pub async fn write_spans(&self, spans: Vec<SpanRow>) -> Result<Written, StoreError> {
        self.write(Batch { spans, ..Batch::default() }).await
    }
}

/// Stores a batch, within a transaction.
pub(super) fn batch(
    connection: &Connection,
    index: &mut Index,
    bounds: Bounds,
    batch: &Batch,
) -> Result<Written, StoreError> {
    let mut written = Written::default();
    for event in &batch.events {
        if insert_event(connection, index, event, batch.arrived_ms)? {
            written.events += 1;
            if let Some(span) = &event.span {
                insert_span(connection, index, bounds, (span, batch.arrived_ms), &mut written)?;
            }
        } else {
            written.duplicate_events += 1;
        }
    }
    for span in &batch.spans {
        insert_span(connection, index, bounds, (span, batch.arrived_ms), &mut written)?;
    }
    retention::apply(connection, index, bounds)?;
    Ok(written)
}

/// Whether the event is new.
fn insert_event(
    connection: &Connection,
    index: &mut Index,
    event: &NewEvent,
    arrived_ms: u64,
) -> Result<bool, StoreError> {
    let key = event
        .event_id
        .as_ref()
        .map(|event_id| index.keys.of((event.app_id.as_str(), event.session_id.as_str(), event_id.as_str())));
    if key.is_some_and(|key| index.events.knows(key)) {
        return Ok(false);
    }
    let seq = index.events.next_seq();
    let bytes = event.own_bytes() as u64;
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (seq, app_id, session_id, event_id, trace_id, arrived_ms, bytes, start_us, duration_ms,
                             has_span, failed, status_code, outcome, kind, user_id, view_id, view_name, name, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )?;
    let columns = &event.columns;
    insert.execute(params![
        seq,
        event.app_id,
        event.session_id,
        event.event_id,
        event.trace_id,
        arrived_ms,
        bytes,
        columns.start_us,
        columns.duration_ms,
        columns.has_span,
        columns.failed,
        columns.status_code,
        columns.outcome,
        columns.kind,
        columns.user_id,
        columns.view_id,
        columns.view_name,
        columns.name,
        event.body,
    ])?;
    index.events.add(&event.app_id, Event { seq, key, bytes, arrived_ms });
    Ok(true)
}

fn insert_span(
    connection: &Connection,
    index: &mut Index,
    bounds: Bounds,
    (row, arrived_ms): (&SpanRow, u64),
    written: &mut Written,
) -> Result<(), StoreError> {
    let span_id = row.span_id.to_string();
    let key = index.keys.of((span_id.as_str(), &*row.service, row.start_ns));
    let resource_key = index.keys.of(&*row.resource);
    let found = index.resources.find(resource_key);
    let resource_bytes = row.resource.len() as u64;
    let bytes = row.bytes() as u64;
    let app_id = row.app_id.as_deref();
    match index.traces.room(row.trace_id, key, app_id, bytes, (found, resource_bytes), bounds) {
        Room::Free => {}
        Room::Known => {
            written.duplicate_spans += 1;
            return Ok(());
        }
        Room::Full => {
            written.over_limit += 1;
            return Ok(());
        }
    }
    let resource = match found {
        Some(id) => id,
        None => {
            let id = index.resources.next_id();
            let mut insert = connection.prepare_cached("INSERT INTO resources (id, body) VALUES (?1, ?2)")?;
            insert.execute(params![id, row.resource])?;
            index.resources.add(id, resource_key);
            id
        }
    };
    let seq = index.traces.next_seq();
    let mut insert = connection.prepare_cached(
        "INSERT INTO spans (seq, trace_id, span_id, parent_span_id, service, app_id, resource, start_ns, end_ns, arrived_ms,
                            bytes, kind, status, name, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?;
    insert.execute(params![
        seq,
        row.trace_id.to_string(),
        span_id,
        row.parent_span_id.map(|id| id.to_string()),
        row.service,
        app_id,
        resource,
        row.start_ns,
        row.end_ns,
        arrived_ms,
        bytes,
        row.kind,
        row.status,
        row.name,
        row.detail,
    ])?;
    let span =
        Span { seq, trace_id: row.trace_id, key, app_id, resource: (resource, resource_bytes), bytes, arrived_ms };
    if index.traces.add(&span) {
        index.resources.hold(resource);
    }
    written.spans += 1;
    Ok(())
}
