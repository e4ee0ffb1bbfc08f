//! Finished events on their way out: batches, the window of those under way, what is dropped and why.
//!
//! The queue holds numbers only. The texts are the host's, which keeps each batch's in its hands and in
//! storage: the engine hands over what is new in a batch ([`Action::Store`]), and later what closes
//! it ([`Action::Send`]). A batch leaves the queue by an answer, by a bound, or by its age, and never
//! otherwise; what leaves undelivered is counted by reason and reported with the next batch.

use super::action::{Action, Way};
use super::clock::Millis;
use super::retry::{Retry, Verdict, judge};
use super::text::Out;

/// Most bytes that wait: the page's memory, and its 5 MB of storage, are not ours.
pub const MAX_BYTES: usize = 2 << 20;
/// Most events that wait.
pub const MAX_EVENTS: u32 = 5000;
/// A batch that has reached this size takes no more: two fit into the exit's budget.
pub const BATCH_BYTES: usize = 28_000;
/// No event is longer: it could never leave with the page.
pub const MAX_EVENT: usize = 56_000;
/// What may leave with the page. Browsers allow 64 KiB for all such requests of a page together.
pub const EXIT_BYTES: usize = 60_000;
/// What closes a batch's text is shorter than this.
const TAIL_BYTES: usize = 400;
/// Batches under way at a time, of the six connections that HTTP/1.1 gives a page to one origin.
const WINDOW: u32 = 2;
/// Older batches are of no use to anyone: three days, a weekend offline.
pub const MAX_AGE: Millis = 259_200_000.0;
/// The open batch is written to storage at most this often: a write costs the page 10 to 20 µs, and a
/// burst of requests must not pay it for each.
pub const SAVE_EVERY: Millis = 4.0;

/// Answers beside HTTP statuses, which are never that small.
pub mod answer {
    /// The browser has taken the batch of an exit.
    pub const TAKEN: u32 = 1;
    /// It has not: no more of them now.
    pub const NOT_TAKEN: u32 = 2;
    /// Another page has taken the batch over.
    pub const GONE: u32 = 3;
}

/// Why events were dropped, as counted in [`Queue::dropped`]: the names under which spans report them.
/// A RUM bundle leaves the part up to [`REASON`] out.
pub const REASONS: [&str; 4] =
    ["rum.dropped.overflow", "rum.dropped.expired", "rum.dropped.refused", "rum.dropped.rejected"];
/// Where the reason itself begins in a name of [`REASONS`].
pub const REASON: usize = 12;
const OVERFLOW: usize = 0;
const EXPIRED: usize = 1;
const REFUSED: usize = 2;
const REJECTED: usize = 3;

/// Numbers of dropped events, in the order of [`REASONS`].
pub type Dropped = [u32; REASONS.len()];

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Waits for its turn.
    Idle,
    /// An answer is awaited, which ends with the page.
    Flying,
    /// An answer is awaited, and the request goes on without the page.
    Outliving,
    /// Given to the browser as the page went away; nobody knows.
    Left,
    /// Delivered or dropped: counted no more, and still to be forgotten.
    Done,
}

#[derive(Debug)]
struct Batch {
    id: u32,
    count: u32,
    bytes: usize,
    state: State,
    /// What the host has not got yet.
    fresh: Out,
    /// The drop counters that it carries.
    dropped: Dropped,
}

/// How the queue works, from the page's configuration.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest an event waits for company.
    pub flush_time: Millis,
    /// Events that fill a batch.
    pub max_event_count: u32,
    /// Which statuses may be tried again.
    pub otlp: bool,
}

/// The queue of one page.
#[derive(Debug)]
#[allow(clippy::vec_box, reason = "moving the records themselves costs more wasm than moving pointers")]
pub struct Queue {
    limits: Limits,
    open: Option<Box<Batch>>,
    /// Closed ones; those that failed go to the back.
    batches: Vec<Box<Batch>>,
    ids: u32,
    count: u32,
    bytes: usize,
    flying: u32,
    dropped: Dropped,
    retry: Retry,
    opened: Millis,
    saved: Millis,
    armed: Millis,
    flush: bool,
    /// What a page that is hidden or goes away may still send, and how. Going away ends with `handle_show` only.
    exit: Option<(Way, usize)>,
    trusted: bool,
    adopt: bool,
    said: bool,
    say: bool,
}

impl Queue {
    /// An empty queue.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: None,
            batches: Vec::new(),
            ids: 0,
            count: 0,
            bytes: 0,
            flying: 0,
            dropped: Dropped::default(),
            retry: Retry::default(),
            opened: 0.0,
            saved: f64::NEG_INFINITY,
            armed: f64::INFINITY,
            flush: false,
            exit: None,
            trusted: false,
            adopt: true,
            said: false,
            say: false,
        }
    }

    /// Whether the next event joins others, unless it is too long for that.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Number of events that wait or are under way.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Bytes of events that wait or are under way.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Events dropped and not known to have been reported, by reason.
    pub fn dropped(&self) -> Dropped {
        let mut all = self.dropped;
        for batch in &self.batches {
            add(&mut all, batch.dropped);
        }
        all
    }

    /// Adds an event. `head` writes what stands before a batch's first event.
    pub fn push(&mut self, event: &Out, now: Millis, head: impl FnOnce(&mut Out)) {
        if event.len() > MAX_EVENT || !self.make_room(event.len()) {
            self.drop_events(OVERFLOW, 1);
            return;
        }
        if self.open.as_ref().is_some_and(|open| open.bytes + event.len() > BATCH_BYTES) {
            self.close();
        }
        if self.open.is_none() {
            let mut batch = self.batch(0, 0);
            head(&mut batch.fresh);
            self.opened = now;
            self.open = Some(batch);
        } else if let Some(open) = &mut self.open {
            open.fresh.ascii(b',');
        }
        let Some(open) = &mut self.open else { return };
        let before = open.bytes;
        open.fresh.out(event);
        // One more than the event for the comma; a batch's first one pays for the head.
        open.bytes += event.len() + 1 + if before == 0 { open.fresh.len() - event.len() } else { 0 };
        open.count += 1;
        self.bytes += open.bytes - before;
        self.count += 1;
        if open.count >= self.limits.max_event_count {
            self.close();
        }
    }

    /// Takes over a batch of a page that lives no more: its size, its events, its age. Returns its name
    /// here; 0 where there is no room, and it stays for another page.
    pub fn adopt(&mut self, bytes: usize, count: u32, age: Millis) -> u32 {
        if self.bytes + bytes > MAX_BYTES || self.count + count > MAX_EVENTS {
            return 0;
        }
        let mut batch = self.batch(bytes, count);
        let id = batch.id;
        // Written so that an age that is no number counts as too old.
        if age < MAX_AGE {
            self.bytes += bytes;
            self.count += count;
        } else {
            batch.state = State::Done;
            self.drop_events(EXPIRED, count);
        }
        self.batches.push(batch);
        id
    }

    /// The timer has run out.
    pub fn handle_timer(&mut self) {
        self.armed = f64::INFINITY;
    }

    /// Everything that waits leaves as soon as it can.
    pub fn flush(&mut self) {
        self.flush = true;
    }

    /// The page is hidden, or (`leaving`) goes away.
    pub fn handle_hide(&mut self, leaving: bool, now: Millis) {
        self.close();
        let on_their_way = self.batches.iter().filter(|batch| matches!(batch.state, State::Outliving | State::Left));
        let budget = EXIT_BYTES.saturating_sub(on_their_way.map(|batch| batch.bytes).sum());
        if leaving {
            self.trusted = self.retry.well(now) && self.find(State::Flying).is_none();
            for batch in &mut self.batches {
                // The browser ends these requests with the page; whether they have arrived, nobody knows.
                if batch.state == State::Flying {
                    batch.state = State::Idle;
                    self.flying -= 1;
                }
            }
            self.exit = Some((Way::Exit, if now >= self.retry.ordered() { budget } else { 0 }));
        } else if !self.is_leaving() && now >= self.retry.until() {
            self.exit = Some((Way::Hidden, budget));
        }
    }

    /// The page is on show again: it goes on where it stopped.
    pub fn handle_show(&mut self) {
        self.adopt = true;
        self.exit = None;
        for batch in &mut self.batches {
            if batch.state == State::Left {
                batch.state = State::Idle;
            }
        }
    }

    /// The network is back.
    pub fn handle_online(&mut self) {
        self.retry.online();
        self.adopt = true;
    }

    /// What became of a batch: an HTTP status, 0 for no answer, or one of [`answer`]. `after`: `Retry-After` in
    /// milliseconds; `rejected`: events that the endpoint took from it and threw away; `fraction`: chance in `[0, 1)`.
    pub fn handle_sent(&mut self, id: u32, status: u32, after: Millis, rejected: u32, now: Millis, fraction: f64) {
        let found = self.batches.iter_mut().enumerate().find(|(_, batch)| batch.id == id && batch.state != State::Done);
        let Some((at, batch)) = found else { return };
        let count = batch.count;
        if matches!(batch.state, State::Flying | State::Outliving) {
            self.flying -= 1;
            batch.state = State::Idle;
        }
        let (delivered, done) = match status {
            answer::TAKEN => (self.trusted, self.trusted),
            answer::NOT_TAKEN => {
                self.exit = Some((Way::Exit, 0));
                (false, false)
            }
            answer::GONE => (false, true),
            _ => match judge(status, self.limits.otlp) {
                Verdict::Delivered => {
                    self.adopt |= self.retry.failing();
                    self.retry.delivered(now);
                    self.drop_events(REJECTED, rejected);
                    (true, true)
                }
                Verdict::Refused => {
                    self.drop_events(REFUSED, count);
                    (false, true)
                }
                Verdict::Again => {
                    self.retry.failed(now, after, fraction);
                    self.say |= !self.said;
                    self.said = true;
                    (false, false)
                }
            },
        };
        self.finish(at, delivered, done);
    }

    /// The drop counters that go out with a batch that is about to be sent: they are its own from now on.
    pub fn report(&mut self, id: u32) -> Dropped {
        let mut dropped = std::mem::take(&mut self.dropped);
        if let Some(batch) = self.batches.iter_mut().find(|batch| batch.id == id) {
            // It may be on its way for the second time, by an exit.
            add(&mut dropped, batch.dropped);
            batch.dropped = dropped;
        }
        dropped
    }

    /// The next thing to do; the text of a [`Action::Store`] goes to `out`.
    pub fn poll(&mut self, now: Millis, out: &mut Out) -> Option<Action> {
        if self.is_due(now) {
            self.close();
        }
        if let Some(at) = self.find(State::Done) {
            return Some(Action::Forget(self.batches.remove(at).id));
        }
        // Into storage before the answer is awaited.
        let store = self.batches.iter_mut().find(|batch| !batch.fresh.is_empty() && batch.state != State::Done);
        let open = self.open.as_mut().filter(|open| !open.fresh.is_empty() && now - self.saved >= SAVE_EVERY);
        if let Some(batch) = store.or(open) {
            out.out(&batch.fresh);
            batch.fresh = Out::new();
            self.saved = now;
            return Some(Action::Store(batch.id));
        }
        if let Some(send) = self.send(now) {
            return Some(send);
        }
        if std::mem::take(&mut self.adopt) {
            return Some(Action::Adopt);
        }
        if std::mem::take(&mut self.say) {
            out.str("the endpoint does not answer well; events wait");
            return Some(Action::Debug);
        }
        let at = self.next();
        (at < self.armed).then(|| {
            self.armed = at;
            Action::Arm((at - now).ceil().max(0.0) as u32)
        })
    }

    fn send(&mut self, now: Millis) -> Option<Action> {
        let (way, room) = match self.exit {
            Some(exit) => exit,
            None if self.has_window() && now >= self.retry.until() => (Way::Normal, usize::MAX),
            None => return None,
        };
        let mut idle = self.batches.iter_mut().filter(|batch| batch.state == State::Idle);
        let Some(batch) = idle.find(|batch| batch.bytes + TAIL_BYTES <= room) else {
            if !self.is_leaving() {
                self.exit = None;
            }
            // Without an idle batch nothing more can be flushed now.
            self.flush &= self.open.is_some();
            return None;
        };
        batch.state = match way {
            Way::Normal => State::Flying,
            Way::Hidden => State::Outliving,
            Way::Exit => State::Left,
        };
        if way != Way::Exit {
            self.flying += 1;
        }
        if let Some((_, budget)) = &mut self.exit {
            *budget -= batch.bytes + TAIL_BYTES;
        }
        Some(Action::Send(batch.id, way))
    }

    fn is_leaving(&self) -> bool {
        matches!(self.exit, Some((Way::Exit, _)))
    }

    /// Whether one more batch may be under way. While the endpoint fails, one at a time probes it.
    fn has_window(&self) -> bool {
        !self.is_leaving() && self.flying < if self.retry.failing() { 1 } else { WINDOW }
    }

    /// The first batch in this state.
    #[inline(never)]
    fn find(&self, state: State) -> Option<usize> {
        self.batches.iter().position(|batch| batch.state == state)
    }

    fn has_idle(&self) -> bool {
        self.find(State::Idle).is_some()
    }

    /// Whether the open batch leaves now: not before it can be sent, so that an outage makes full batches.
    fn is_due(&self, now: Millis) -> bool {
        self.open.is_some()
            && self.has_window()
            && now >= self.retry.until()
            && (self.flush || now >= self.opened + self.limits.flush_time)
            && !self.has_idle()
    }

    /// When there will be something to do if nothing happens before.
    fn next(&self) -> Millis {
        let mut at = f64::INFINITY;
        if self.has_window() {
            if self.has_idle() {
                at = self.retry.until();
            } else if self.open.is_some() {
                at = self.retry.until().max(self.opened + self.limits.flush_time);
            }
        }
        match &self.open {
            Some(open) if !open.fresh.is_empty() => at.min(self.saved + SAVE_EVERY),
            _ => at,
        }
    }

    fn batch(&mut self, bytes: usize, count: u32) -> Box<Batch> {
        self.ids += 1;
        Box::new(Batch {
            id: self.ids,
            count,
            bytes,
            state: State::Idle,
            fresh: Out::new(),
            dropped: Dropped::default(),
        })
    }

    fn close(&mut self) {
        if let Some(open) = self.open.take() {
            self.batches.push(open);
        }
    }

    /// Drops the oldest batches that are not under way until an event of `bytes` fits.
    fn make_room(&mut self, bytes: usize) -> bool {
        while self.bytes + bytes > MAX_BYTES || self.count >= MAX_EVENTS {
            let Some(at) = self.find(State::Idle) else { return false };
            let count = self.batches.get(at).map_or(0, |batch| batch.count);
            self.drop_events(OVERFLOW, count);
            self.finish(at, false, true);
        }
        true
    }

    /// Moves a batch to the back: one that the endpoint cannot digest must not hold up the others.
    fn finish(&mut self, at: usize, delivered: bool, done: bool) {
        let mut batch = self.batches.remove(at);
        let carried = std::mem::take(&mut batch.dropped);
        if !delivered {
            // What it carried goes with another batch, or with this one again.
            add(&mut self.dropped, carried);
        }
        if done {
            self.bytes -= batch.bytes;
            self.count -= batch.count;
            batch.state = State::Done;
        }
        self.batches.push(batch);
    }

    fn drop_events(&mut self, reason: usize, count: u32) {
        if let Some(total) = self.dropped.get_mut(reason) {
            *total += count;
        }
    }
}

fn add(total: &mut Dropped, more: Dropped) {
    for (total, more) in total.iter_mut().zip(more) {
        *total += more;
    }
}
