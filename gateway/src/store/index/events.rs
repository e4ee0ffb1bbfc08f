//! The RUM events that are stored.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use super::{Key, share};
use crate::store::Bounds;

/// One stored event.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    /// Its row.
    pub seq: i64,
    /// Application, session and event id; an event without an id cannot be recognised.
    pub key: Option<Key>,
    /// Its size.
    pub bytes: u64,
}

/// All stored events.
#[derive(Default)]
pub struct Events {
    apps: HashMap<Arc<str>, App>,
    known: HashSet<Key>,
    count: u64,
    bytes: u64,
    last: i64,
}

#[derive(Default)]
struct App {
    /// The oldest first.
    events: VecDeque<Event>,
    bytes: u64,
}

impl Events {
    /// Whether this event is stored.
    pub fn knows(&self, key: Key) -> bool {
        self.known.contains(&key)
    }

    /// The row that the next event gets.
    pub fn next_seq(&self) -> i64 {
        self.last + 1
    }

    /// Adds an event, newer than all others.
    pub fn add(&mut self, app_id: &str, event: Event) {
        if !self.apps.contains_key(app_id) {
            self.apps.insert(app_id.into(), App::default());
        }
        let Some(app) = self.apps.get_mut(app_id) else { return };
        app.events.push_back(event);
        app.bytes += event.bytes;
        self.known.extend(event.key);
        self.count += 1;
        self.bytes += event.bytes;
        self.last = self.last.max(event.seq);
    }

    /// Forgets the event that has to go, and gives its row; `None` while the bounds hold.
    pub fn drop_one(&mut self, bounds: Bounds) -> Option<i64> {
        if self.count <= bounds.events && self.bytes <= bounds.event_bytes {
            return None;
        }
        let shares = self.apps.iter().map(|(id, app)| {
            let count = share::of(app.events.len() as u64, bounds.events);
            (id, count.max(share::of(app.bytes, bounds.event_bytes)))
        });
        let id = Arc::clone(share::largest(shares)?);
        let app = self.apps.get_mut(&id)?;
        let event = app.events.pop_front()?;
        app.bytes -= event.bytes;
        if app.events.is_empty() {
            self.apps.remove(&id);
        }
        if let Some(key) = event.key {
            self.known.remove(&key);
        }
        self.count -= 1;
        self.bytes -= event.bytes;
        Some(event.seq)
    }
}
