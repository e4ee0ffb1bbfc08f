//! A page of the world: its queue, and what its host keeps for it.

use std::collections::{BTreeMap, BTreeSet};

use tracebeam::engine::queue::{Policy, Queue};

pub struct Page {
    pub name: u32,
    pub queue: Queue,
    /// Batch → when it was made, and its text.
    pub texts: BTreeMap<u32, (f64, String)>,
    pub flights: Vec<(u32, String)>,
    pub timer: f64,
    /// Its last answer was a failure.
    pub failing: bool,
    /// Batches that will be forgotten after a good answer.
    pub probation: BTreeSet<u32>,
    /// Batches that may be forgotten: they were answered well, or taken for delivered.
    pub delivered: BTreeSet<u32>,
}

impl Page {
    /// A page whose batches are small.
    pub fn new(name: u32) -> Self {
        Self {
            name,
            queue: Queue::new(Policy { flush_time: 3000.0, max_event_count: 5, otlp: false }),
            texts: BTreeMap::new(),
            flights: Vec::new(),
            timer: f64::INFINITY,
            failing: false,
            probation: BTreeSet::new(),
            delivered: BTreeSet::new(),
        }
    }

    /// Drops that it has counted and not reported.
    pub fn counters(&self) -> u32 {
        self.queue.dropped().iter().sum()
    }
}

/// Whether the text is that of a batch on probation.
pub fn is_marked(text: &str) -> bool {
    text.ends_with(' ')
}

/// The events in a text.
pub fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.trim_end().trim_start_matches('[').split(',').map(|event| event.trim_start_matches('e').parse().unwrap())
}
