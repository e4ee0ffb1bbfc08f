//! The browser's entries: each goes to the request that it measured. Static resources and the document
//! have nothing but their entry, and an element that says that it could not load.

use super::Agent;
use super::record::{ENTRY, Ended, MAX_WAITING, take};
use crate::engine::clock::Millis;
use crate::engine::event::{Kind, Outcome, TraceContextHint};
use crate::engine::inflight::Started;
use crate::engine::timing::{Entry, fits, nearer, resource_type, twins};
use crate::engine::{rules, url};

/// Most failures that wait for their entry: it comes at once or never.
const MAX_FAILED: usize = 50;

impl Ended {
    /// Whether this can be the request of an entry.
    #[inline(never)]
    fn fits(&self, entry: &Entry) -> bool {
        self.entry.is_none() && self.key == entry.key() && fits(entry, self.started.start, self.settled, self.status)
    }
}

impl Agent {
    /// The browser's entry for a request, a static resource or the document. `early`: of a request that left
    /// before there was an agent, of which nothing else is known.
    pub fn handle_entry(&mut self, entry: Entry, early: bool, now: Millis) {
        let entry = Box::new(entry);
        self.waiting.now = now;
        if matches!(entry.initiator(), "fetch" | "xmlhttprequest") && !early {
            let ours = |started: &Started| entry.is_of(started.kind.name(), &started.href);
            let like = self.waiting.ended.iter().position(|ended| ended.key == entry.key());
            // One that no hook has seen (before the agent, or by a function that somebody kept) is nobody's.
            if like.is_some() || self.inflight.iter().any(ours) {
                self.keep_entry(entry);
            }
            if let Some(like) = like {
                self.match_entries(like);
            }
        } else if !rules::any(&self.config.ignored, entry.url(), entry.answers()) {
            self.end_static(entry, early);
        }
        self.write_due(now);
    }

    /// Keeps an entry at its place in the order of moments.
    fn keep_entry(&mut self, entry: Box<Entry>) {
        let entries = &mut self.waiting.entries;
        entries.push(entry);
        let mut at = entries.len() - 1;
        while let [.., before, last] = entries.get(..=at).unwrap_or(&[])
            && before.moment() > last.moment()
        {
            entries.swap(at, at - 1);
            at -= 1;
        }
        if entries.len() > MAX_WAITING {
            take(entries, 0);
        }
    }

    /// An element could not load what is at `href`.
    pub fn handle_failure(&mut self, href: &str) {
        let doubtful = |ended: &&mut Box<Ended>| ended.started.id == 0 && ended.started.href == href;
        if let Some(ended) = self.waiting.ended.iter_mut().find(doubtful) {
            ended.outcome = Some(Outcome::NetworkError);
            ended.deadline = 0.0;
            return self.write_due(self.waiting.now);
        }
        let failed = &mut self.waiting.failed;
        failed.push(href.to_owned());
        if failed.len() > MAX_FAILED {
            failed.swap_remove(0);
        }
    }

    /// What no hook has seen ends with its entry, unless its entry leaves in doubt whether it failed.
    #[inline(never)]
    fn end_static(&mut self, entry: Box<Entry>, early: bool) {
        let (href, status, end) = (entry.url(), entry.status(), entry.end());
        let failed = self.waiting.failed.iter().position(|failed| failed == href);
        let silent = status == 0 && entry.first_byte() == 0.0;
        let mut outcome = Outcome::of(status);
        if silent {
            // Its own origin hides nothing: there was no answer.
            if failed.is_some() || url::split(href).origin == self.origin {
                outcome = Some(Outcome::NetworkError);
            }
            failed.map(|at| self.waiting.failed.swap_remove(at));
        }
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
        started.held = silent && outcome.is_none();
        self.settle(started, status, outcome, "", end, end + ENTRY).entry = Some(entry);
    }

    /// Gives the entries of one URL and interface to the requests whose they are: to all of those, of
    /// which the one at `like` is one. Nothing as long as there are fewer entries than requests that
    /// they fit: the next one may be anybody's.
    #[inline(never)]
    pub(super) fn match_entries(&mut self, like: usize) {
        let (ended, entries) = (&mut self.waiting.ended, &mut self.waiting.entries);
        let Some(key) = ended.get(like).map(|one| one.key) else { return };
        // Places, in the order of moments here and of ends there.
        let mut found = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            if entry.key() == key {
                found.push(at);
            }
        }
        let entry = |place: &usize| entries.get(*place);
        let mut calls = Vec::new();
        for (at, ended) in ended.iter().enumerate() {
            if ended.key == key && found.iter().filter_map(entry).any(|entry| ended.fits(entry)) {
                calls.push(at);
            }
            // Nearly every time within a burst: this is what keeps a thousand at once from taking seconds.
            if calls.len() > found.len() {
                return;
            }
        }
        // From the back, for the last to end is the likeliest.
        let call = |at: &usize| ended.get(*at);
        found.retain(|place| {
            entry(place).is_some_and(|entry| calls.iter().rev().filter_map(call).any(|ended| ended.fits(entry)))
        });
        // A preflight may have an entry of its own, all before the request's (older Chromium): the last one counts.
        let before = |pair: &[usize]| match pair {
            [a, b] => entry(a).zip(entry(b)).is_some_and(|(a, b)| a.end() <= b.start()),
            _ => false,
        };
        if calls.len() == 1 && found.windows(2).all(before) {
            found = found.pop().into_iter().collect();
        }
        if calls.len() != found.len() {
            return;
        }
        // From the back: places must stay what they are.
        let mut doubtful = false;
        while let (Some(call), Some(place)) = (calls.pop(), found.pop()) {
            let (Some(ended), Some(entry)) = (ended.get_mut(call), entries.get(place)) else { return };
            let before = found.last().and_then(|place| entries.get(*place));
            let alike = before.is_some_and(|before| twins(before, entry));
            let passed = entries.iter().any(|other| nearer(other, entry) && ended.fits(other));
            if ended.fits(entry) && !alike && !doubtful && !passed {
                ended.entry = take(entries, place);
            }
            doubtful = alike;
        }
    }
}
