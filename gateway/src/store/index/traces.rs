//! The traces that are stored, and to which application each belongs.
//!
//! A trace belongs to the first application whose page sent a span of it. Backends belong to nobody and are trusted.
//! Spans of other applications are kept within a small share and are marked as foreign: whoever knows the id of
//! another's trace can neither fill it nor change what it is called and how long it seems.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{Key, share};
use crate::{
    ids::TraceId,
    limits::{FOREIGN_BYTES_PER_TRACE, FOREIGN_SPANS_PER_TRACE},
    store::Bounds,
};

/// One span that is to be added.
pub struct Span<'a> {
    /// Its row.
    pub seq: i64,
    /// Its trace.
    pub trace_id: TraceId,
    /// Ids, service and start: applications may reuse a `traceparent`, and two services may share a span id.
    pub key: Key,
    /// The application whose page sent it.
    pub app_id: Option<&'a str>,
    /// The row of its resource, and that row's size.
    pub resource: (i64, u64),
    /// Its own size.
    pub bytes: u64,
    /// When it came in, milliseconds since the epoch.
    pub arrived_ms: u64,
}

/// Whether a span can be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It can.
    Free,
    /// It is stored already.
    Known,
    /// Its trace has as much as it may have.
    Full,
}

type Owner = Option<Arc<str>>;

#[derive(Default)]
struct Trace {
    owner: Owner,
    touched: u64,
    /// When its last span came in.
    touched_ms: u64,
    rows: Vec<i64>,
    foreign_rows: HashSet<i64>,
    foreign_bytes: u64,
    known: HashSet<Key>,
    resources: HashSet<i64>,
    bytes: u64,
}

/// What one owner has.
#[derive(Default)]
struct Estate {
    /// The trace that was quiet for longest first.
    by_touch: BTreeMap<u64, TraceId>,
    spans: u64,
    bytes: u64,
}

/// All stored traces.
#[derive(Default)]
pub struct Traces {
    by_id: HashMap<TraceId, Box<Trace>>,
    estates: HashMap<Owner, Estate>,
    spans: u64,
    bytes: u64,
    touches: u64,
    last: i64,
}

/// A trace that was dropped.
pub struct Dropped {
    /// Rows of its spans.
    pub rows: Vec<i64>,
    /// Resources that it needed.
    pub resources: HashSet<i64>,
}

impl Traces {
    /// The row that the next span gets.
    pub fn next_seq(&self) -> i64 {
        self.last + 1
    }

    /// Whether a span can be added. `resource`: the size of its resource, and its row where it is stored.
    pub fn room(
        &self,
        trace_id: TraceId,
        key: Key,
        app_id: Option<&str>,
        bytes: u64,
        resource: (Option<i64>, u64),
        bounds: Bounds,
    ) -> Room {
        let Some(trace) = self.by_id.get(&trace_id) else {
            return if bytes + resource.1 > bounds.trace_bytes() { Room::Full } else { Room::Free };
        };
        if trace.known.contains(&key) {
            return Room::Known;
        }
        let resource_bytes = if resource.0.is_some_and(|id| trace.resources.contains(&id)) { 0 } else { resource.1 };
        let grown = bytes + resource_bytes;
        let full = trace.rows.len() as u64 >= bounds.trace_spans() || trace.bytes + grown > bounds.trace_bytes();
        let foreign_full = is_foreign(&trace.owner, app_id)
            && (trace.foreign_rows.len() >= FOREIGN_SPANS_PER_TRACE
                || trace.foreign_bytes + grown > FOREIGN_BYTES_PER_TRACE);
        if full || foreign_full { Room::Full } else { Room::Free }
    }

    /// Adds a span and touches its trace. Gives whether the trace needs the span's resource for the first time.
    pub fn add(&mut self, span: &Span<'_>) -> bool {
        self.touches += 1;
        let mut trace = self.by_id.remove(&span.trace_id).unwrap_or_default();
        if let Some(estate) = self.estates.get_mut(&trace.owner) {
            estate.leave(&trace);
            if estate.by_touch.is_empty() {
                self.estates.remove(&trace.owner);
            }
        }
        if trace.owner.is_none() {
            trace.owner = span.app_id.map(Into::into);
        }
        let first_use = trace.resources.insert(span.resource.0);
        let bytes = span.bytes + if first_use { span.resource.1 } else { 0 };
        if is_foreign(&trace.owner, span.app_id) {
            trace.foreign_rows.insert(span.seq);
            trace.foreign_bytes += bytes;
        }
        trace.touched = self.touches;
        trace.touched_ms = span.arrived_ms;
        trace.rows.push(span.seq);
        trace.known.insert(span.key);
        trace.bytes += bytes;
        self.spans += 1;
        self.bytes += bytes;
        self.last = self.last.max(span.seq);
        self.estates.entry(trace.owner.clone()).or_default().enter(span.trace_id, &trace);
        self.by_id.insert(span.trace_id, trace);
        first_use
    }

    /// Forgets the trace that has to go; `None` while the bounds hold.
    pub fn drop_one(&mut self, bounds: Bounds) -> Option<Dropped> {
        if self.by_id.len() as u64 <= bounds.traces && self.spans <= bounds.spans && self.bytes <= bounds.bytes {
            return None;
        }
        let shares = self.estates.iter().map(|(owner, estate)| {
            let traces = share::of(estate.by_touch.len() as u64, bounds.traces);
            let spans = share::of(estate.spans, bounds.spans);
            (owner, traces.max(spans).max(share::of(estate.bytes, bounds.bytes)))
        });
        let owner = share::largest(shares)?.clone();
        self.drop_quietest(&owner)
    }

    /// Forgets a trace whose last span came in before this time; `None` when there is none.
    pub fn drop_older(&mut self, oldest_ms: u64) -> Option<Dropped> {
        let is_old = |estate: &Estate| {
            let quietest = estate.by_touch.first_key_value().and_then(|(_, id)| self.by_id.get(id));
            quietest.is_some_and(|trace| trace.touched_ms < oldest_ms)
        };
        let owner = self.estates.iter().find(|(_, estate)| is_old(estate)).map(|(owner, _)| owner.clone())?;
        self.drop_quietest(&owner)
    }

    fn drop_quietest(&mut self, owner: &Owner) -> Option<Dropped> {
        let estate = self.estates.get_mut(owner)?;
        let (_, &id) = estate.by_touch.first_key_value()?;
        let trace = self.by_id.remove(&id)?;
        estate.leave(&trace);
        if estate.by_touch.is_empty() {
            self.estates.remove(owner);
        }
        self.spans -= trace.rows.len() as u64;
        self.bytes -= trace.bytes;
        Some(Dropped { rows: trace.rows, resources: trace.resources })
    }
}

impl Estate {
    fn enter(&mut self, id: TraceId, trace: &Trace) {
        self.by_touch.insert(trace.touched, id);
        self.spans += trace.rows.len() as u64;
        self.bytes += trace.bytes;
    }

    fn leave(&mut self, trace: &Trace) {
        if self.by_touch.remove(&trace.touched).is_some() {
            self.spans -= trace.rows.len() as u64;
            self.bytes -= trace.bytes;
        }
    }
}

fn is_foreign(owner: &Owner, app_id: Option<&str>) -> bool {
    matches!((owner, app_id), (Some(owner), Some(app_id)) if **owner != *app_id)
}
