//! From the end of a request to its event: it waits for the browser's entry, which comes when the body
//! has ended, and leaves without phases where none comes.

use super::Agent;
use crate::engine::clock::Millis;
use crate::engine::event::{Kind, Outcome, Revision};
use crate::engine::inflight::Started;
use crate::engine::text::Out;
use crate::engine::timing::Entry;
use crate::engine::url;

/// What is known when a request has ended.
#[derive(Debug, Clone, Copy)]
pub struct End<'a> {
    /// HTTP status; 0 where there was no answer.
    pub status: u32,
    /// `None`: judged by the status.
    pub failure: Option<Outcome>,
    /// The status line's text, or the error's message.
    pub message: &'a str,
    /// Monotonic clock.
    pub now: Millis,
}

/// A request that has ended and waits for its entry, or for the application's word; or a static resource.
pub(super) struct Ended {
    pub(super) started: Box<Started>,
    /// [`Entry::key`] of its entry.
    pub(super) key: u32,
    pub(super) status: u32,
    pub(super) outcome: Option<Outcome>,
    pub(super) message: Out,
    /// The headers of a fetch; the end of an XHR or of a request that failed.
    pub(super) settled: Millis,
    /// `settled` is the end.
    pub(super) whole: bool,
    pub(super) entry: Option<Box<Entry>>,
    pub(super) deadline: Millis,
    pub(super) revision: Revision,
}

/// What waits for something.
#[derive(Default)]
#[allow(clippy::vec_box, reason = "moving the records themselves costs more wasm than moving pointers")]
pub(super) struct Waiting {
    /// In the order of their ends.
    pub(super) ended: Vec<Box<Ended>>,
    /// Entries of requests that have not found theirs yet, in the order of [`Entry::moment`].
    pub(super) entries: Vec<Box<Entry>>,
    /// What the host itself has measured of the request that is about to end, by its number.
    pub(super) measured: Option<(u32, Box<Entry>)>,
    /// URLs of static resources that have failed, as elements said.
    pub(super) failed: Vec<String>,
    /// The last moment that the host named.
    pub(super) now: Millis,
}

/// Most of each that wait. Beyond, the oldest leaves as it is.
pub(super) const MAX_WAITING: usize = 1000;
/// The longest that a body is waited for. One that is not being read is given up much sooner: [`Agent::give_up`].
pub(super) const BODY: Millis = 60_000.0;
/// The longest from the end of a request to its entry, and from a doubtful entry to its failure.
pub(super) const ENTRY: Millis = 1000.0;
/// The longest that `evaluateApi` is waited for.
const WORD: Millis = 10_000.0;

/// Whether a browser's entries are matched to requests. A mini-program's host hands each over with its request.
const ENTRIES: bool = !cfg!(feature = "miniapp");

/// Takes one out and leaves the others in their order. The standard library's `remove` would be the
/// module's only need of `memmove`, which is 1.7 kB.
#[inline(never)]
pub(super) fn take<T>(list: &mut Vec<Box<T>>, at: usize) -> Option<Box<T>> {
    for after in at + 1..list.len() {
        list.swap(after - 1, after);
    }
    list.pop()
}

impl Agent {
    /// A request has ended.
    pub fn end_request(&mut self, id: u32, end: &End<'_>) {
        let Some(started) = self.inflight.take(id) else { return };
        let whole = end.failure.is_some() || started.kind != Kind::Fetch;
        let patience = match (started.held, whole) {
            (true, _) => WORD,
            // Its host has handed over what it measured.
            _ if self.context.app.is_miniapp() => 0.0,
            // data: and blob: have no entries.
            _ if !url::split(&started.href).http => 0.0,
            (_, true) => ENTRY,
            (_, false) => BODY,
        };
        let outcome = end.failure.or(Outcome::of(end.status));
        let measured = self.waiting.measured.take().filter(|(of, _)| *of == id);
        let ended = self.settle(started, end.status, outcome, end.message, end.now, end.now + patience);
        ended.whole = whole;
        ended.entry = measured.map(|(_, entry)| entry);
        if self.waiting.ended.len() > MAX_WAITING {
            self.write_ended(0);
        }
        if ENTRIES {
            self.match_entries(self.waiting.ended.len() - 1);
        }
        self.write_due(end.now);
    }

    /// What a mini-program's host has measured of request `id`, which is about to end.
    pub fn measure_request(&mut self, id: u32, entry: Entry) {
        self.waiting.measured = Some((id, Box::new(entry)));
    }

    /// Something waits now, and its end is known.
    #[inline(never)]
    pub(super) fn settle(
        &mut self,
        started: Box<Started>,
        status: u32,
        outcome: Option<Outcome>,
        message: &str,
        settled: Millis,
        deadline: Millis,
    ) -> &mut Ended {
        let mut reported = Out::default();
        url::report_message(&mut reported, message);
        self.waiting.ended.push_mut(Box::new(Ended {
            key: if ENTRIES { Entry::key_of(started.kind.name(), &started.href) } else { 0 },
            started,
            status,
            outcome,
            message: reported,
            settled,
            whole: true,
            entry: None,
            deadline,
            revision: Revision::default(),
        }))
    }

    /// The application's `evaluateApi` is to be heard before the event of this request leaves.
    pub fn hold_request(&mut self, id: u32) {
        if let Some(started) = self.inflight.get(id) {
            started.held = true;
        }
    }

    /// The application has spoken, or has nothing to say.
    pub fn revise_request(&mut self, id: u32, revision: Revision, now: Millis) {
        let mini = self.context.app.is_miniapp();
        if let Some(ended) = self.ended(id) {
            ended.revision = revision;
            ended.started.held = false;
            // A mini-program's host has said by now what it had to say.
            let patience = if mini {
                0.0
            } else if ended.whole {
                ENTRY
            } else {
                BODY
            };
            ended.deadline = ended.settled + patience;
        }
        self.write_due(now);
    }

    /// What the application calls a request.
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
        if let Some(ended) = self.ended(id).filter(|ended| !ended.started.held) {
            ended.deadline = 0.0;
        }
    }

    #[inline(never)]
    fn ended(&mut self, id: u32) -> Option<&mut Box<Ended>> {
        self.waiting.ended.iter_mut().find(|ended| ended.started.id == id)
    }

    /// Everything that waits leaves now as it is: the page is hidden, or the application will not wait.
    pub fn release(&mut self) {
        self.write_due(f64::INFINITY);
    }

    /// Writes the events that have waited long enough; whether others still wait.
    pub fn handle_tick(&mut self, now: Millis) -> bool {
        self.write_due(now);
        !self.waiting.ended.is_empty()
    }

    /// Writes the events that wait for nothing any more.
    #[inline(never)]
    pub(super) fn write_due(&mut self, now: Millis) {
        if now.is_finite() {
            self.waiting.now = now;
        }
        let mut at = 0;
        while let Some(ended) = self.waiting.ended.get(at) {
            let waits = now < ended.deadline && (ended.entry.is_none() || ended.started.held);
            if waits {
                at += 1;
            } else {
                self.write_ended(at);
            }
        }
        // An entry that nobody has claimed by now will not be.
        while self.waiting.entries.first().is_some_and(|entry| now > entry.end() + BODY) {
            take(&mut self.waiting.entries, 0);
        }
    }

    fn write_ended(&mut self, at: usize) {
        if let Some(ended) = take(&mut self.waiting.ended, at) {
            self.write(&ended);
            // One less to wait for: what is left may be clear now.
            if ENTRIES
                && ended.entry.is_none()
                && let Some(like) = self.waiting.ended.iter().position(|other| other.key == ended.key)
            {
                self.match_entries(like);
            }
        }
    }
}
