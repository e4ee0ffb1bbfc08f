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
    /// When it came in, milliseconds since the epoch.
    pub arrived_ms: u64,
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
        self.drop_oldest(&id)
    }

    /// Forgets an event that came in before this time, and gives its row; `None` when there is none.
    pub fn drop_older(&mut self, oldest_ms: u64) -> Option<i64> {
        let is_old = |app: &App| app.events.front().is_some_and(|event| event.arrived_ms < oldest_ms);
        let id = self.apps.iter().find(|(_, app)| is_old(app)).map(|(id, _)| Arc::clone(id))?;
        self.drop_oldest(&id)
    }

    fn drop_oldest(&mut self, id: &Arc<str>) -> Option<i64> {
        let app = self.apps.get_mut(id)?;
        let event = app.events.pop_front()?;
        app.bytes -= event.bytes;
        if app.events.is_empty() {
            self.apps.remove(id);
        }
        if let Some(key) = event.key {
            self.known.remove(&key);
        }
        self.count -= 1;
        self.bytes -= event.bytes;
        Some(event.seq)
    }
}
