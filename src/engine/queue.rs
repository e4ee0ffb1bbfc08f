//! Finished events on their way to the endpoint: batches, how many are sent at a time, and what is dropped and why.
//!
//! The queue holds numbers only. The host keeps the text of each batch, in memory and in storage: the engine hands over
//! what is new in a batch ([`Action::Store`]), and later the text that closes it ([`Action::Send`]). A batch leaves the
//! queue only because of an answer, a bound, or its age. Undelivered events are counted by reason and reported with the next
//! batch.

mod batch;
mod poll;
mod sent;

pub use batch::{BATCH_BYTES, EXIT_BYTES, MARK, MAX_AGE, MAX_BYTES, MAX_EVENT, MAX_EVENTS, SAVE_EVERY, UNMARK};

use batch::{ANY, Batch, LEAVES, State};

use super::action::Way;
use super::clock::Millis;
use super::dropped::{Dropped, EXPIRED, OVERFLOW, add};
use super::retry::Retry;
use super::text::Out;

/// How the queue works, from the page's configuration.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// An event waits at most this long for others.
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
    policy: Policy,
    open: Option<Box<Batch>>,
    /// The closed batches. `turn` gives their order; a failure sends a batch to the back.
    batches: Vec<Box<Batch>>,
    ids: u32,
    turns: u32,
    count: u32,
    bytes: usize,
    flying: u32,
    dropped: Dropped,
    retry: Retry,
    opened: Millis,
    saved: Millis,
    armed: Millis,
    flush: bool,
    /// How a hidden or leaving page sends, and how many bytes it may still send. Only `handle_show` ends [`Way::Exit`].
    exit: Option<(Way, usize)>,
    trusted: bool,
    adopt: bool,
    announced: bool,
    /// The console must still mention that the endpoint fails; once per page.
    announce: bool,
}

impl Queue {
    /// An empty queue.
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            open: None,
            batches: Vec::new(),
            ids: 0,
            turns: 0,
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
            announced: false,
            announce: false,
        }
    }

    /// Changes the policy. The open batch was begun under the old configuration, so it is closed.
    pub fn change(&mut self, policy: Policy) {
        self.policy = policy;
        self.close();
    }

    /// Whether a batch is open, which the next event joins unless it is too long.
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
        // One byte more for the comma before the event, which the first event of a batch does not have.
        open.bytes += event.len() + 1 + if before == 0 { open.fresh.len() - event.len() } else { 0 };
        open.count += 1;
        self.bytes += open.bytes - before;
        self.count += 1;
        if open.count >= self.policy.max_event_count {
            self.close();
        }
    }

    /// Takes over a batch of a closed page: its bytes, its events, its age, and whether it is on probation. Returns its number
    /// here; 0 where there is no room, and the batch stays in storage for another page.
    pub fn adopt(&mut self, bytes: usize, count: u32, age: Millis, probation: bool) -> u32 {
        if self.bytes + bytes > MAX_BYTES || self.count + count > MAX_EVENTS {
            return 0;
        }
        let mut batch = self.batch(bytes, count);
        let id = batch.id;
        // Written so that NaN counts as too old.
        if age < MAX_AGE {
            self.bytes += bytes;
            self.count += count;
            if LEAVES && probation {
                batch.state = State::Probation;
            }
        } else {
            batch.state = State::Done;
            if !LEAVES || !probation {
                self.drop_events(EXPIRED, count);
            }
        }
        self.batches.push(batch);
        if LEAVES && self.retry.failing() {
            self.decide(false);
        }
        id
    }

    /// The timer has run out.
    pub fn handle_timer(&mut self) {
        self.armed = f64::INFINITY;
    }

    /// Everything that waits is sent as soon as possible.
    pub fn flush(&mut self) {
        self.flush = true;
    }

    /// The page is hidden, or is going away (`leaving`).
    pub fn handle_hide(&mut self, leaving: bool, now: Millis) {
        self.close();
        let on_their_way = self.batches.iter().filter(|batch| matches!(batch.state, State::Outliving | State::Left));
        let budget = EXIT_BYTES.saturating_sub(on_their_way.map(|batch| batch.bytes).sum());
        if LEAVES && leaving {
            self.trusted = self.retry.well(now) && self.find(State::Flying, ANY).is_none();
            for batch in &mut self.batches {
                // The browser ends these requests with the page. Whether they arrived is unknown.
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

    /// The page is shown again: sending goes on where it stopped.
    pub fn handle_show(&mut self) {
        self.adopt = true;
        self.exit = None;
        for batch in &mut self.batches {
            if batch.state == State::Left {
                batch.state = State::Idle;
            }
        }
    }

    /// The network is gone: earlier good answers do not show that the next batch will arrive.
    pub fn handle_offline(&mut self) {
        self.retry.offline();
    }

    /// The network is back.
    pub fn handle_online(&mut self) {
        self.retry.online();
        self.adopt = true;
    }

    /// The drop counters for a batch that is about to be sent. From now on the batch carries them.
    pub fn report(&mut self, id: u32) -> Dropped {
        let mut dropped = std::mem::take(&mut self.dropped);
        if let Some(batch) = self.batches.iter_mut().find(|batch| batch.id == id) {
            // The batch may be in flight already, and be sent a second time because the page is going away.
            add(&mut dropped, batch.dropped);
            batch.dropped = dropped;
        }
        dropped
    }

    fn batch(&mut self, bytes: usize, count: u32) -> Box<Batch> {
        self.ids += 1;
        self.turns += 1;
        Box::new(Batch {
            id: self.ids,
            turn: self.turns,
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

    /// Drops the oldest batches that are not in flight until an event of `bytes` fits. Batches on probation are dropped first, and
    /// are not counted as lost, because they have most likely arrived.
    fn make_room(&mut self, bytes: usize) -> bool {
        while self.bytes + bytes > MAX_BYTES || self.count >= MAX_EVENTS {
            let at = if LEAVES { self.find(State::Probation, ANY) } else { None }.or_else(|| {
                let at = self.find(State::Idle, ANY)?;
                self.drop_events(OVERFLOW, self.batches.get(at)?.count);
                Some(at)
            });
            let Some(at) = at else { return false };
            self.finish(at, false, true);
        }
        true
    }

    /// Counts dropped events.
    pub fn drop_events(&mut self, reason: usize, count: u32) {
        if let Some(total) = self.dropped.get_mut(reason) {
            *total += count;
        }
    }
}
