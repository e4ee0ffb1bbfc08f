//! What forwarding has done, for `/metrics`, and its log: one line a minute for each kind of failure.

use std::sync::Arc;

use crate::{counters::Counter, http::Refusals};

/// Counters that only grow.
#[derive(Default)]
pub struct Stats {
    /// Spans that the receiver took.
    pub delivered: Counter,
    /// Spans that the receiver took a batch without, as it said.
    pub rejected: Counter,
    /// Spans of batches that the receiver refused for good.
    pub refused: Counter,
    /// Spans that a sender repeated, and that were forwarded once.
    pub repeated: Counter,
    /// Segments of the spool that were damaged.
    pub damaged: Arc<Counter>,
    /// Tries that failed, by kind.
    pub failures: Refusals,
}

impl Stats {
    /// Counts a failed try.
    pub fn failed(&self, kind: &'static str) {
        if let Some(count) = self.failures.add(kind) {
            tracing::warn!(kind, count, "cannot forward, trying again");
        }
    }

    /// Counts spans that are lost because the receiver will never take them.
    pub fn refused(&self, kind: &'static str, spans: usize) {
        self.refused.add(spans);
        if self.failures.add(kind).is_some() {
            tracing::error!(kind, spans, "the receiver refused spans for good");
        }
    }

    /// Counts spans that the receiver left out.
    pub fn rejected(&self, spans: usize) {
        self.rejected.add(spans);
        if spans > 0 && self.failures.add("partial_success").is_some() {
            tracing::error!(spans, "the receiver took a batch without some of its spans");
        }
    }
}
