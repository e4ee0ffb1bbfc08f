//! Requests that have ended and whose events are not written yet: each waits for the browser's entry, for the answer of
//! `evaluateApi`, or for its deadline. This module knows no agent: the caller of [`Waiting::due`] writes the events.

mod matching;
#[cfg(test)]
mod tests;

use super::End;
use crate::engine::clock::Millis;
use crate::engine::event::{Outcome, Revision};
use crate::engine::inflight::Started;
use crate::engine::text::Out;
use crate::engine::timing::Entry;
use crate::engine::url;

/// A request that has ended, or a static resource.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) started: Box<Started>,
    /// [`Entry::key`] of its entry.
    key: u32,
    pub(super) status: u32,
    pub(super) outcome: Option<Outcome>,
    pub(super) message: Out,
    /// When the page learned of it: the headers of a fetch; the end of an XHR or of a request that failed.
    pub(super) settled: Millis,
    /// Whether `settled` is also the end of the body.
    pub(super) whole: bool,
    pub(super) entry: Option<Box<Entry>>,
    /// Its event waits until this moment at most.
    pub(super) deadline: Millis,
    pub(super) revision: Revision,
}

/// What waits.
#[derive(Debug, Default)]
#[allow(clippy::vec_box, reason = "moving the records themselves costs more wasm than moving pointers")]
pub(super) struct Waiting {
    /// In the order of their ends.
    ended: Vec<Box<Ended>>,
    /// Entries that no request has been given yet, in the order of [`Entry::moment`].
    entries: Vec<Box<Entry>>,
    /// The number of the request that ends next, and what a mini-program's host has measured of it.
    measured: Option<(u32, Box<Entry>)>,
    /// URLs that elements could not load and that have no entry yet.
    failed: Vec<String>,
    /// An entry or a request has been added or taken, so that [`Waiting::assign`] may find new pairs.
    dirty: bool,
    /// Where [`Waiting::due`] continues, counted from 1; 0 if it starts anew.
    cursor: usize,
    /// Nothing is due before this moment.
    next: Millis,
    /// The last moment that the host has told.
    pub(super) now: Millis,
}

/// At most this many ended requests wait, and as many entries. Beyond this, the oldest waits no longer.
const MAX_WAITING: usize = 1000;
/// At most this many failures wait for their entry, which comes at once or never.
const MAX_FAILED: usize = 50;
/// An event waits at most this long for a body. A body that nobody reads is given up much sooner ([`Waiting::give_up`]).
pub(super) const BODY: Millis = 60_000.0;
/// An event waits at most this long from the end of a request to its entry, or from a doubtful entry to the element's failure.
pub(super) const ENTRY: Millis = 1000.0;

/// Whether entries are matched to requests. A mini-program's host hands each measurement over with its request.
const ENTRIES: bool = !cfg!(feature = "miniapp");

/// Removes one and keeps the order of the others. The standard library's `remove` would be the only use of `memmove`, which
/// weighs 1.7 kB.
#[inline(never)]
fn take<T>(list: &mut Vec<T>, at: usize) -> Option<T> {
    for after in at + 1..list.len() {
        list.swap(after - 1, after);
    }
    list.pop()
}

/// Inserts an entry in the order of moments.
#[allow(clippy::vec_box, reason = "as for the list's owner, Waiting")]
fn keep(entries: &mut Vec<Box<Entry>>, entry: Box<Entry>) {
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

impl Waiting {
    /// A request has ended. It waits from now on, until `deadline` at most.
    #[inline(never)]
    pub(super) fn settle(&mut self, started: Box<Started>, end: &End<'_>, deadline: Millis) -> &mut Ended {
        self.next = self.next.min(deadline);
        let mut message = Out::default();
        url::report_message(&mut message, end.message);
        self.ended.push_mut(Box::new(Ended {
            key: if ENTRIES { Entry::key_of(started.kind.name(), &started.href) } else { 0 },
            started,
            status: end.status,
            outcome: end.failure.or(Outcome::of(end.status)),
            message,
            settled: end.now,
            whole: true,
            entry: None,
            deadline,
            revision: Revision::default(),
        }))
    }

    /// Takes the oldest if too many wait.
    pub(super) fn overflow(&mut self) -> Option<Box<Ended>> {
        if self.ended.len() > MAX_WAITING { self.take(0) } else { None }
    }

    /// The browser's entry of a request. It is kept if it may belong to a request that has ended, or that is `expected` to end.
    /// Otherwise it is dropped: no hook saw its request, which was made by a function taken before the agent started.
    pub(super) fn offer(&mut self, entry: Box<Entry>, expected: impl FnOnce(&Entry) -> bool) {
        let alike = self.ended.iter().any(|ended| ended.key == entry.key());
        self.dirty |= alike;
        if alike || expected(&entry) {
            keep(&mut self.entries, entry);
        }
    }

    /// The next request that waits no longer; to be called until there is none.
    #[inline(never)]
    pub(super) fn due(&mut self, now: Millis) -> Option<Box<Ended>> {
        if now.is_finite() {
            self.now = now;
            // An entry as old as this belongs to no request any more.
            while self.entries.first().is_some_and(|entry| now > entry.end() + BODY) {
                take(&mut self.entries, 0);
            }
        }
        if ENTRIES && std::mem::take(&mut self.dirty) {
            self.assign();
        }
        if self.cursor == 0 {
            if now < self.next {
                return None;
            }
            self.next = f64::INFINITY;
            self.cursor = 1;
        }
        while let Some(ended) = self.ended.get(self.cursor - 1) {
            if now < ended.deadline && (ended.entry.is_none() || ended.started.held) {
                self.next = self.next.min(ended.deadline);
                self.cursor += 1;
            } else {
                return self.take(self.cursor - 1);
            }
        }
        self.cursor = 0;
        None
    }

    /// Removes one. If it leaves without an entry, the entries of its URL have one request less to choose from.
    fn take(&mut self, at: usize) -> Option<Box<Ended>> {
        let taken = take(&mut self.ended, at)?;
        self.dirty |= taken.entry.is_none() && !self.entries.is_empty();
        Some(taken)
    }

    /// Whether nothing waits.
    pub(super) fn is_empty(&self) -> bool {
        self.ended.is_empty()
    }

    /// The request with this number.
    #[inline(never)]
    pub(super) fn get(&mut self, id: u32) -> Option<&mut Box<Ended>> {
        // The caller may change it so that it is due.
        self.next = 0.0;
        self.ended.iter_mut().find(|ended| ended.started.id == id)
    }

    /// Nobody reads the body of this request, so its entry may never come.
    pub(super) fn give_up(&mut self, id: u32) {
        if let Some(ended) = self.get(id).filter(|ended| !ended.started.held) {
            ended.deadline = 0.0;
        }
    }

    /// Keeps what a mini-program's host has measured of request `id`, which ends next.
    pub(super) fn measure(&mut self, id: u32, entry: Entry) {
        self.measured = Some((id, Box::new(entry)));
    }

    /// Takes what a mini-program's host has measured of request `id`.
    pub(super) fn measured(&mut self, id: u32) -> Option<Box<Entry>> {
        self.measured.take().filter(|(of, _)| *of == id).map(|(_, entry)| entry)
    }

    /// An element could not load what is at `href`. Returns whether its entry came before, so that its event is now due. If not,
    /// the entry comes soon.
    pub(super) fn fail(&mut self, href: &str) -> bool {
        let doubtful = |ended: &&mut Box<Ended>| ended.started.id == 0 && ended.started.href == href;
        if let Some(ended) = self.ended.iter_mut().find(doubtful) {
            self.next = 0.0;
            ended.outcome = Some(Outcome::NetworkError);
            ended.deadline = 0.0;
            return true;
        }
        self.failed.push(href.to_owned());
        if self.failed.len() > MAX_FAILED {
            self.failed.swap_remove(0);
        }
        false
    }

    /// Whether an element could not load what is at `href`. Each failure counts for one entry.
    pub(super) fn take_failure(&mut self, href: &str) -> bool {
        let at = self.failed.iter().position(|failed| failed == href);
        at.map(|at| self.failed.swap_remove(at)).is_some()
    }
}
