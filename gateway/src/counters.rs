//! What the gateway has done since it started, for `/healthz`: every loss is counted by its reason.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::Serialize;
use tracebeam::engine::dropped::{REASON, REASONS};

use crate::store::write::Written;

/// Counters that only grow.
#[derive(Debug, Default, Serialize)]
pub struct Counters {
    /// RUM events stored.
    pub events_stored: Counter,
    /// RUM events that were here already: an agent sent a batch again.
    pub events_duplicate: Counter,
    /// RUM events of a kind other than `resource`, which the gateway does not keep.
    pub events_other_kind: Counter,
    /// Events that agents dropped before they could send them, as their bundles say.
    pub events_dropped_by_agents: Dropped,
    /// Spans stored, from bundles and from OTLP.
    pub spans_stored: Counter,
    /// Spans that were here already.
    pub spans_duplicate: Counter,
    /// Spans refused because their trace is full.
    pub spans_over_limit: Counter,
    /// Requests with a body that was refused: malformed, too large, of a wrong type.
    pub requests_refused: Counter,
    /// Requests that the store could not take at that moment.
    pub requests_failed: Counter,
}

/// One counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to the counter.
    pub fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Ordering::Relaxed);
    }
}

impl Serialize for Counter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0.load(Ordering::Relaxed))
    }
}

/// Counters of an agent's drops: one for each of its reasons, and one for those of other agents.
#[derive(Debug, Default)]
pub struct Dropped {
    known: [Counter; REASONS.len()],
    other: Counter,
}

impl Dropped {
    /// Adds drops of this reason.
    pub fn add(&self, reason: &str, count: u32) {
        let known = reasons().zip(&self.known).find(|(known, _)| *known == reason);
        known.map_or(&self.other, |(_, counter)| counter).add(count as usize);
    }
}

impl Serialize for Dropped {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(reasons().zip(&self.known).chain([("other", &self.other)]))
    }
}

/// The reasons as they stand in a bundle.
fn reasons() -> impl Iterator<Item = &'static str> {
    REASONS.iter().filter_map(|name| name.get(REASON..))
}

impl Counters {
    /// Counts what a write did.
    pub fn stored(&self, written: Written) {
        self.events_stored.add(written.events);
        self.events_duplicate.add(written.duplicate_events);
        self.spans_stored.add(written.spans);
        self.spans_duplicate.add(written.duplicate_spans);
        self.spans_over_limit.add(written.over_limit);
    }
}
