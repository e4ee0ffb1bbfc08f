//! From the end of a request to its event, and what becomes known about the request in between.

use super::Agent;
use super::waiting::{BODY, ENTRY};
use crate::engine::clock::Millis;
use crate::engine::event::{Kind, Outcome, Revision};
use crate::engine::timing::Entry;
use crate::engine::url;

/// What is known when a request has ended.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    /// HTTP status; 0 where there was no answer.
    pub status: u32,
    /// `None`: the status decides.
    pub failure: Option<Outcome>,
    /// The status line's text, or the error's message.
    pub message: &'a str,
    /// Monotonic clock.
    pub now: Millis,
}

/// An event waits at most this long for `evaluateApi`.
const EVALUATION: Millis = 10_000.0;

impl Agent {
    /// A request has ended.
    pub fn end_request(&mut self, id: u32, end: &End<'_>) {
        let Some(started) = self.inflight.take(id) else { return };
        // In a mini-program, a call without callbacks may end unseen.
        let seen = if self.context.app.is_miniapp() { end.status > 0 } else { started.kind != Kind::Fetch };
        let whole = end.failure.is_some() || seen;
        let wait = match (started.held, whole) {
            (true, _) => EVALUATION,
            // A mini-program's host has already handed over its measurement.
            _ if self.context.app.is_miniapp() => 0.0,
            // data: and blob: have no entries.
            _ if !url::split(&started.href).http => 0.0,
            (_, true) => ENTRY,
            (_, false) => BODY,
        };
        let measured = self.waiting.measured(id);
        let ended = self.waiting.settle(started, end, end.now + wait);
        ended.whole = whole;
        ended.entry = measured;
        if let Some(oldest) = self.waiting.overflow() {
            self.write(oldest);
        }
        self.waiting.match_last();
        self.write_due(end.now);
    }

    /// What a mini-program's host has measured of request `id`, which is about to end.
    pub fn measure_request(&mut self, id: u32, entry: Entry) {
        self.waiting.measure(id, entry);
    }

    /// The event of this request waits for what `evaluateApi` says.
    pub fn hold_request(&mut self, id: u32) {
        if let Some(started) = self.inflight.get(id) {
            started.held = true;
        }
    }

    /// `evaluateApi` has answered; the revision is empty if it said nothing.
    pub fn revise_request(&mut self, id: u32, revision: Revision, now: Millis) {
        let mini = self.context.app.is_miniapp();
        if let Some(ended) = self.waiting.get(id) {
            ended.revision = revision;
            ended.started.held = false;
            // A mini-program's host has already handed over its measurement.
            let wait = if mini {
                0.0
            } else if ended.whole {
                ENTRY
            } else {
                BODY
            };
            ended.deadline = ended.settled + wait;
        }
        self.write_due(now);
    }

    /// The application's name for a request.
    pub fn name_request(&mut self, id: u32, name: &str) {
        if let Some(started) = self.inflight.get(id) {
            name.clone_into(&mut started.name);
        }
    }

    /// Where redirects led a request in the end (pitfall R6).
    pub fn redirect_request(&mut self, id: u32, href: &str) {
        if let Some(started) = self.inflight.get(id) {
            href.clone_into(&mut started.redirected);
        }
    }

    /// Nobody reads the body of this request: its entry may never come.
    pub fn give_up(&mut self, id: u32) {
        self.waiting.give_up(id);
    }

    /// Every waiting event leaves as it is, because the page is hidden or the application has asked for it.
    pub fn release(&mut self) {
        self.write_due(f64::INFINITY);
    }

    /// Writes the events that have waited long enough. Returns whether others still wait.
    pub fn handle_tick(&mut self, now: Millis) -> bool {
        self.write_due(now);
        !self.waiting.is_empty()
    }

    /// Writes the events that wait for nothing any more.
    #[inline(never)]
    pub(super) fn write_due(&mut self, now: Millis) {
        while let Some(ended) = self.waiting.due(now) {
            self.write(ended);
        }
    }
}
