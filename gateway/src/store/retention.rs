//! Dropping the oldest, so that the file stays bounded however much comes in.

use rusqlite::{Transaction, params};

use super::StoreError;
use crate::limits::{EVENTS_KEPT, SPAN_BYTES_KEPT, SPANS_KEPT, TRACES_KEPT};

/// How much the store keeps.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// RUM events.
    pub events: i64,
    /// Traces.
    pub traces: i64,
    /// Spans over all traces.
    pub spans: i64,
    /// Bytes of span detail over all traces.
    pub bytes: i64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { events: EVENTS_KEPT, traces: TRACES_KEPT, spans: SPANS_KEPT, bytes: SPAN_BYTES_KEPT }
    }
}

/// Drops the oldest events, and the traces that were quiet for longest. Part of the transaction
/// that wrote, so the bounds hold after every commit.
pub fn apply(transaction: &Transaction<'_>, bounds: Bounds) -> Result<(), StoreError> {
    // `seq` of events has no gaps except at its old end, so a difference is a count.
    let mut events =
        transaction.prepare_cached("DELETE FROM events WHERE seq <= (SELECT MAX(seq) FROM events) - ?1")?;
    events.execute([bounds.events])?;

    // Adds up from the newest trace to the oldest and drops from where a bound is passed; the
    // newest trace always stays.
    let mut traces = transaction.prepare_cached(
        "DELETE FROM traces WHERE seq <= (
             SELECT MAX(seq) FROM (
                 SELECT seq, ROW_NUMBER() OVER newest AS n, SUM(spans) OVER newest AS spans, SUM(bytes) OVER newest AS bytes
                 FROM traces WINDOW newest AS (ORDER BY seq DESC)
             ) WHERE n > 1 AND (n > ?1 OR spans > ?2 OR bytes > ?3))",
    )?;
    traces.execute(params![bounds.traces, bounds.spans, bounds.bytes])?;
    Ok(())
}
