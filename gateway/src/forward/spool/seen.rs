//! The spans that were taken last, so that one that a sender repeats is forwarded once.

use std::collections::{HashSet, VecDeque};

use super::record::Key;

/// Keys of the last spans, at most as many as it is made for.
#[derive(Debug)]
pub struct Seen {
    known: HashSet<Key>,
    order: VecDeque<Key>,
    most: usize,
}

impl Seen {
    /// None yet.
    pub fn new(most: usize) -> Self {
        Self { known: HashSet::new(), order: VecDeque::new(), most }
    }

    /// Whether it is among the last.
    pub fn has(&self, key: &Key) -> bool {
        self.known.contains(key)
    }

    /// Adds one, and forgets the oldest where there are too many.
    pub fn add(&mut self, key: Key) {
        if !self.known.insert(key) {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > self.most
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}
