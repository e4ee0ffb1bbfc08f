//! The browser's entries and failures. The entry of a request goes to that request. The entry of a static resource or of the
//! document is all that is known of it, so its event begins here.

use super::waiting::ENTRY;
use super::{Agent, End};
use crate::engine::clock::Millis;
use crate::engine::event::{Kind, Outcome, TraceContextHint};
use crate::engine::timing::{Entry, resource_type};
use crate::engine::{rules, url};

impl Agent {
    /// The browser's entry for a request, a static resource or the document. `early`: the request left before the agent's hooks
    /// were there, so this entry is all that is known of it. Browsers deliver many entries at a time; their events are written
    /// at the next `poll_action`.
    pub fn handle_entry(&mut self, entry: Entry, early: bool, now: Millis) {
        let entry = Box::new(entry);
        self.waiting.now = now;
        if matches!(entry.initiator(), "fetch" | "xmlhttprequest") && !early {
            let inflight = &self.inflight;
            self.waiting
                .offer(entry, |entry| inflight.iter().any(|started| entry.is_of(started.kind.name(), &started.href)));
        } else if !rules::any(&self.config.ignored, entry.url(), entry.answers()) {
            self.end_static(entry, early);
        }
    }

    /// An element could not load what is at `href`.
    pub fn handle_failure(&mut self, href: &str) {
        if self.waiting.fail(href) {
            self.write_due(self.waiting.now);
        }
    }

    /// A static resource ends with its entry. If the entry does not tell whether the resource failed, the event waits for the
    /// element's `error` event.
    #[inline(never)]
    fn end_static(&mut self, entry: Box<Entry>, early: bool) {
        let (href, status, end) = (entry.url(), entry.status(), entry.end());
        let silent = status == 0 && entry.first_byte() == 0.0;
        // For its own origin a page sees every status, so a missing one means that there was no answer.
        let failed = silent && (self.waiting.take_failure(href) || url::split(href).origin == self.origin);
        let failure = failed.then_some(Outcome::NetworkError);
        let (kind, method) = match (early, entry.initiator()) {
            (true, "fetch") => (Kind::Fetch, ""),
            (true, _) => (Kind::Xhr, ""),
            (_, initiator) => {
                let kind = resource_type(initiator, href, entry.content_type());
                (kind, if kind == Kind::Beacon { "POST" } else { "GET" })
            }
        };
        let mut started = self.begin(kind, href, method, entry.start(), self.clock.at(entry.start()));
        entry.name().clone_into(&mut started.name);
        started.hint = early.then_some(TraceContextHint::NotReady);
        started.held = silent && !failed;
        let deadline = if started.held { end + ENTRY } else { 0.0 };
        self.waiting.settle(started, &End { status, failure, message: "", now: end }, deadline).entry = Some(entry);
    }
}
