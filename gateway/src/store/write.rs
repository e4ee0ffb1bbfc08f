//! Storing what came in: one transaction for one request, all of it or nothing.

use rusqlite::{OptionalExtension, Transaction, params};

use super::{Store, StoreError, retention};
use crate::{limits::SPANS_PER_TRACE, otlp::row::SpanRow, rum::record::Record};

/// An event to store.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// What is kept of it.
    pub record: Record,
    /// Its span, where its trace is recorded.
    pub span: Option<SpanRow>,
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

impl Store {
    /// Stores the events of a bundle, each with its span if it has one. An event that is here
    /// already is left out together with its span.
    pub async fn write_events(&self, events: Vec<NewEvent>) -> Result<Written, StoreError> {
        let bounds = self.bounds;
        self.call(move |connection| {
            let transaction = connection.transaction()?;
            let mut written = Written::default();
            for NewEvent { record, span } in &events {
                if insert_event(&transaction, record)? {
                    written.events += 1;
                    if let Some(span) = span {
                        insert_span(&transaction, span, &mut written)?;
                    }
                } else {
                    written.duplicate_events += 1;
                }
            }
            retention::apply(&transaction, bounds)?;
            transaction.commit()?;
            Ok(written)
        })
        .await
    }

    /// Stores the spans of an export request.
    pub async fn write_spans(&self, spans: Vec<SpanRow>) -> Result<Written, StoreError> {
        let bounds = self.bounds;
        self.call(move |connection| {
            let transaction = connection.transaction()?;
            let mut written = Written::default();
            for span in &spans {
                insert_span(&transaction, span, &mut written)?;
            }
            retention::apply(&transaction, bounds)?;
            transaction.commit()?;
            Ok(written)
        })
        .await
    }
}

/// Whether the event is new. Events without an id cannot be recognised and are always new.
fn insert_event(transaction: &Transaction<'_>, record: &Record) -> Result<bool, StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT OR IGNORE INTO events (app_id, session_id, event_id, trace_id, body) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let session = record.session_id.as_deref().unwrap_or_default();
    let body = serde_json::to_string(record)?;
    Ok(insert.execute(params![record.app.id, session, record.event_id, record.trace_id, body])? > 0)
}

fn insert_span(transaction: &Transaction<'_>, span: &SpanRow, written: &mut Written) -> Result<(), StoreError> {
    let mut count = transaction.prepare_cached("SELECT spans FROM traces WHERE trace_id = ?1")?;
    let spans: i64 = count.query_row([&span.trace_id], |row| row.get(0)).optional()?.unwrap_or(0);
    if spans >= SPANS_PER_TRACE {
        written.over_limit += 1;
        return Ok(());
    }
    let detail = serde_json::to_string(&span.detail)?;
    // Touches the trace: what still receives spans is not old.
    let mut touch = transaction.prepare_cached(
        "INSERT INTO traces (trace_id, seq, spans, bytes) VALUES (?1, (SELECT COALESCE(MAX(seq), 0) + 1 FROM traces), 0, 0)
         ON CONFLICT (trace_id) DO UPDATE SET seq = excluded.seq",
    )?;
    touch.execute([&span.trace_id])?;
    let mut insert = transaction.prepare_cached(
        "INSERT OR IGNORE INTO spans
         (trace_id, span_id, service, start_ns, end_ns, parent_span_id, name, kind, status, detail)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let inserted = insert.execute(params![
        span.trace_id,
        span.span_id,
        span.service,
        span.start_ns,
        span.end_ns,
        span.parent_span_id,
        span.name,
        span.kind,
        span.status,
        detail,
    ])?;
    if inserted == 0 {
        written.duplicate_spans += 1;
        return Ok(());
    }
    written.spans += 1;
    let bytes = i64::try_from(detail.len() + span.name.len() + span.service.len()).unwrap_or(i64::MAX);
    let mut grow =
        transaction.prepare_cached("UPDATE traces SET spans = spans + 1, bytes = bytes + ?2 WHERE trace_id = ?1")?;
    grow.execute(params![span.trace_id, bytes])?;
    Ok(())
}
