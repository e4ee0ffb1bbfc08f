//! What spans of one service share is stored once, as long as a trace needs it.

use std::collections::HashMap;

use super::Key;

/// A stored resource with its scope.
struct Resource {
    key: Key,
    /// Traces that need it.
    traces: usize,
}

/// All stored resources.
#[derive(Default)]
pub struct Resources {
    ids: HashMap<Key, i64>,
    by_id: HashMap<i64, Resource>,
    last: i64,
}

impl Resources {
    /// The row of a resource that is stored.
    pub fn find(&self, key: Key) -> Option<i64> {
        self.ids.get(&key).copied()
    }

    /// The row that the next one gets.
    pub fn next_id(&self) -> i64 {
        self.last + 1
    }

    /// Adds one that no trace needs yet.
    pub fn add(&mut self, id: i64, key: Key) {
        self.ids.insert(key, id);
        self.by_id.insert(id, Resource { key, traces: 0 });
        self.last = self.last.max(id);
    }

    /// One more trace needs it.
    pub fn hold(&mut self, id: i64) {
        if let Some(resource) = self.by_id.get_mut(&id) {
            resource.traces += 1;
        }
    }

    /// One trace less needs it; whether it was the last one.
    pub fn release(&mut self, id: i64) -> bool {
        let Some(resource) = self.by_id.get_mut(&id) else { return false };
        resource.traces = resource.traces.saturating_sub(1);
        if resource.traces > 0 {
            return false;
        }
        let key = resource.key;
        self.ids.remove(&key);
        self.by_id.remove(&id);
        true
    }
}
