//! Requests that have started and not ended: a bounded table.

use std::rc::Rc;

use super::clock::Millis;
use super::context::Scene;
use super::event::{Kind, TraceContextHint};
use super::propagation::{Carrier, SpanContext};

/// At most this many requests are followed at a time: as many as events may wait. A page with more pending requests is stuck or
/// streaming. Beyond this the oldest is dropped, because it is the least likely to end.
pub const MAX_INFLIGHT: usize = 5000;

/// What is known of a request at its start.
#[derive(Debug, Clone, PartialEq)]
pub struct Started {
    /// The host's number for it.
    pub id: u32,
    /// Interface, or the type of a static resource.
    pub kind: Kind,
    /// Monotonic start.
    pub start: Millis,
    /// The same moment since the epoch.
    pub timestamp: Millis,
    /// Absolute, as the host gave it.
    pub href: String,
    /// As the host gave it.
    pub method: String,
    /// Why headers were written or not; `None` for static resources, to which no agent can add headers.
    pub hint: Option<TraceContextHint>,
    /// The ids of its span. On the wire they are the same, unless the application set a `traceparent` of its own.
    pub context: Option<SpanContext>,
    /// The headers that were written.
    pub headers: Carrier,
    /// Session and view at its start.
    pub scene: Rc<Scene>,
    /// The application's name for it; empty if it was not asked.
    pub name: String,
    /// Where redirects led in the end; empty where there were none.
    pub redirected: String,
    /// The event must wait: for `evaluateApi`, or for the `error` event of a static resource's element.
    pub held: bool,
    /// The page was frozen meanwhile, so the duration is not the request's.
    pub frozen: bool,
}

/// The table.
#[derive(Debug, Default)]
#[allow(clippy::vec_box, reason = "moving the records themselves costs 1 kB of wasm, moving pointers none")]
pub struct InFlight {
    started: Vec<Box<Started>>,
}

impl InFlight {
    /// Whether the oldest must be dropped before another is added.
    pub fn is_full(&self) -> bool {
        self.started.len() >= MAX_INFLIGHT
    }

    /// Adds a request.
    pub fn insert(&mut self, started: Box<Started>) -> &Started {
        self.started.push_mut(started)
    }

    /// A request that has not ended.
    pub fn get(&mut self, id: u32) -> Option<&mut Started> {
        self.started.iter_mut().map(|started| &mut **started).find(|started| started.id == id)
    }

    /// The one that started first.
    pub fn oldest(&self) -> Option<u32> {
        self.started.iter().map(|started| started.id).min()
    }

    /// Takes a request out; `None` where it is unknown or has been taken already.
    pub fn take(&mut self, id: u32) -> Option<Box<Started>> {
        let at = self.started.iter().position(|started| started.id == id)?;
        Some(self.started.swap_remove(at))
    }

    /// The page is frozen, for an unknown time.
    pub fn freeze(&mut self) {
        for started in &mut self.started {
            started.frozen = true;
        }
    }

    /// All that have not ended, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Started> {
        self.started.iter().map(|started| &**started)
    }
}
