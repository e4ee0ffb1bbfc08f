//! Dropping the oldest, so that the store stays bounded however much comes in.

use rusqlite::{Connection, params};

use super::{StoreError, index::Index};
use crate::limits::{
    EVENT_BYTES_IN_MEMORY, EVENT_BYTES_KEPT, EVENTS_KEPT, SPAN_BYTES_IN_MEMORY, SPAN_BYTES_KEPT, SPANS_KEPT,
    SPANS_PER_TRACE, TRACE_BYTES_KEPT, TRACES_KEPT,
};

/// How much the store keeps.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// RUM events.
    pub events: u64,
    /// Bytes of RUM events.
    pub event_bytes: u64,
    /// Traces.
    pub traces: u64,
    /// Spans over all traces.
    pub spans: u64,
    /// Bytes of spans over all traces, with what they share.
    pub bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            events: EVENTS_KEPT,
            event_bytes: EVENT_BYTES_KEPT,
            traces: TRACES_KEPT,
            spans: SPANS_KEPT,
            bytes: SPAN_BYTES_KEPT,
        }
    }
}

impl Bounds {
    /// The bounds of a store that has no file.
    pub fn in_memory() -> Self {
        Self { event_bytes: EVENT_BYTES_IN_MEMORY, bytes: SPAN_BYTES_IN_MEMORY, ..Self::default() }
    }

    /// Most spans of one trace. A trace alone never passes the bounds of the store, so the newest one obeys them too.
    pub fn trace_spans(&self) -> u64 {
        self.spans.min(SPANS_PER_TRACE)
    }

    /// Most bytes of one trace.
    pub fn trace_bytes(&self) -> u64 {
        self.bytes.min(TRACE_BYTES_KEPT)
    }
}

/// Drops events and whole traces until the bounds hold: those of the application that has the most, its oldest first.
/// Part of the transaction that wrote, so the bounds hold after every commit.
pub fn apply(connection: &Connection, index: &mut Index, bounds: Bounds) -> Result<(), StoreError> {
    let mut event = connection.prepare_cached("DELETE FROM events WHERE seq = ?1")?;
    while let Some(seq) = index.events.drop_one(bounds) {
        event.execute([seq])?;
    }
    let mut span = connection.prepare_cached("DELETE FROM spans WHERE seq = ?1")?;
    let mut resource = connection.prepare_cached("DELETE FROM resources WHERE id = ?1")?;
    while let Some(trace) = index.traces.drop_one(bounds) {
        for row in trace.rows {
            span.execute([row])?;
        }
        for id in trace.resources {
            if index.resources.release(id) {
                resource.execute(params![id])?;
            }
        }
    }
    Ok(())
}
