//! Dropping the oldest, so that the store stays bounded however much comes in.

use rusqlite::{Connection, params};

use super::{
    StoreError,
    index::{Dropped, Index},
};
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

    /// The same for this many bytes: a fifth for events, the rest for spans. With more bytes than usual more rows are
    /// kept too; with fewer, bytes alone decide.
    pub fn within(self, bytes: u64) -> Self {
        let usual = self.event_bytes + self.bytes;
        let more = |count: u64| count.saturating_mul((bytes / usual.max(1)).max(1));
        Self {
            events: more(self.events),
            event_bytes: bytes / 5,
            traces: more(self.traces),
            spans: more(self.spans),
            bytes: bytes - bytes / 5,
        }
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
    drop_rows(connection, index, |index| index.events.drop_one(bounds), |index| index.traces.drop_one(bounds))
}

/// Drops what came in before a time. A trace is as old as its last span.
pub fn expire(connection: &Connection, index: &mut Index, oldest_ms: u64) -> Result<(), StoreError> {
    drop_rows(connection, index, |index| index.events.drop_older(oldest_ms), |index| index.traces.drop_older(oldest_ms))
}

fn drop_rows(
    connection: &Connection,
    index: &mut Index,
    mut next_event: impl FnMut(&mut Index) -> Option<i64>,
    mut next_trace: impl FnMut(&mut Index) -> Option<Dropped>,
) -> Result<(), StoreError> {
    let mut event = connection.prepare_cached("DELETE FROM events WHERE seq = ?1")?;
    while let Some(seq) = next_event(index) {
        event.execute([seq])?;
    }
    let mut span = connection.prepare_cached("DELETE FROM spans WHERE seq = ?1")?;
    let mut resource = connection.prepare_cached("DELETE FROM resources WHERE id = ?1")?;
    while let Some(trace) = next_trace(index) {
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
