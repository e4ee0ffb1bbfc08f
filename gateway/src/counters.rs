//! What the gateway has done since it started, for `/metrics`: every loss is counted by its reason.

use std::sync::atomic::{AtomicU64, Ordering};

use tracebeam::engine::dropped::REASONS;

use crate::{http::Refusals, store::write::Written};

/// Counters that only grow.
#[derive(Default)]
pub struct Counters {
    /// RUM events stored.
    pub events_stored: Counter,
    /// RUM events that were here already: an agent sent a batch again.
    pub events_duplicate: Counter,
    /// RUM events of a kind other than `resource`, which the gateway does not keep.
    pub events_other_kind: Counter,
    /// RUM events that could not be kept.
    pub events_refused: Counter,
    /// RUM events whose time was too far from now and was replaced.
    pub events_out_of_time: Counter,
    /// Events that agents dropped before they could send them, as their bundles say.
    pub events_dropped_by_agents: Dropped,
    /// Spans stored, from bundles and from OTLP.
    pub spans_stored: Counter,
    /// Spans that were here already.
    pub spans_duplicate: Counter,
    /// Spans that could not be kept.
    pub spans_refused: Counter,
    /// Of these, spans whose time was too far from now.
    pub spans_out_of_time: Counter,
    /// Spans refused because their trace is full.
    pub spans_over_limit: Counter,
    /// RUM events that a rule dropped.
    pub events_dropped_by_rules: Counter,
    /// RUM events that a rule sampled out.
    pub events_sampled_out: Counter,
    /// Spans of OTLP that a rule dropped.
    pub spans_dropped_by_rules: Counter,
    /// Spans of OTLP that a rule sampled out.
    pub spans_sampled_out: Counter,
    /// Requests that were refused, by kind.
    pub refusals: Refusals,
}

/// One counter.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to the counter.
    pub fn add(&self, count: usize) {
        self.0.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Its value.
    pub fn value(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
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

    /// All reasons.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Counter)> {
        reasons().zip(&self.known).chain([("other", &self.other)])
    }
}

/// The reasons as they stand in a bundle.
fn reasons() -> impl Iterator<Item = &'static str> {
    REASONS.iter().filter_map(|names| names.split(' ').next())
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

    /// The plain counters: name, description, value.
    pub fn all(&self) -> [(&'static str, &'static str, &Counter); 14] {
        [
            ("events_stored_total", "RUM events stored.", &self.events_stored),
            ("events_duplicate_total", "RUM events that were stored already.", &self.events_duplicate),
            ("events_other_kind_total", "RUM events of a kind that is not kept.", &self.events_other_kind),
            ("events_refused_total", "RUM events that could not be kept.", &self.events_refused),
            ("events_out_of_time_total", "RUM events whose time was replaced.", &self.events_out_of_time),
            ("events_dropped_by_rules_total", "RUM events that a rule dropped.", &self.events_dropped_by_rules),
            ("events_sampled_out_total", "RUM events that a rule sampled out.", &self.events_sampled_out),
            ("spans_dropped_by_rules_total", "Spans of OTLP that a rule dropped.", &self.spans_dropped_by_rules),
            ("spans_sampled_out_total", "Spans of OTLP that a rule sampled out.", &self.spans_sampled_out),
            ("spans_stored_total", "Spans stored.", &self.spans_stored),
            ("spans_duplicate_total", "Spans that were stored already.", &self.spans_duplicate),
            ("spans_refused_total", "Spans that could not be kept.", &self.spans_refused),
            ("spans_out_of_time_total", "Refused spans whose time was too far from now.", &self.spans_out_of_time),
            ("spans_over_limit_total", "Spans refused because their trace is full.", &self.spans_over_limit),
        ]
    }
}
