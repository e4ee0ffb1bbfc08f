//! What an answer means for a batch and for the endpoint's health.

use super::Queue;
use super::batch::{LEAVES, MARK, State, UNMARK};
use crate::door::Answer;
use crate::engine::action::Way;
use crate::engine::clock::Millis;
use crate::engine::dropped::{REFUSED, REJECTED, add};
use crate::engine::retry::{Verdict, judge};

impl Queue {
    /// What became of a batch: an HTTP status, 0 for no answer, or an [`Answer`]. `after`: `Retry-After` in
    /// milliseconds; `rejected`: events of it that the endpoint rejected; `fraction`: a random number in `[0, 1)`.
    pub fn handle_sent(&mut self, id: u32, status: u32, after: Millis, rejected: u32, now: Millis, fraction: f64) {
        let found = self.batches.iter_mut().enumerate().find(|(_, batch)| batch.id == id && batch.state != State::Done);
        let Some((at, batch)) = found else { return };
        let count = batch.count;
        if matches!(batch.state, State::Flying | State::Outliving) {
            self.flying -= 1;
            batch.state = State::Idle;
        }
        let (delivered, done) = match Answer::from(status) {
            Some(Answer::Taken) if LEAVES => {
                if self.trusted {
                    batch.state = State::Probation;
                    batch.fresh.ascii(MARK);
                }
                (self.trusted, false)
            }
            Some(Answer::NotTaken) if LEAVES => {
                self.exit = Some((Way::Exit, 0));
                (false, false)
            }
            Some(Answer::Gone) => (false, true),
            Some(_) => (false, false),
            None => match judge(status, self.policy.otlp) {
                Verdict::Delivered => {
                    self.adopt |= self.retry.failing();
                    self.retry.delivered(now);
                    self.drop_events(REJECTED, rejected);
                    self.decide(true);
                    (true, true)
                }
                Verdict::Refused => {
                    self.drop_events(REFUSED, count);
                    (false, true)
                }
                Verdict::Again => {
                    self.retry.failed(now, after, fraction);
                    self.announce |= !self.announced;
                    self.announced = true;
                    self.decide(false);
                    (false, false)
                }
            },
        };
        self.finish(at, delivered, done);
    }

    /// Ends the probation of all batches: an endpoint that answers well has received them, one that fails may not have.
    pub(super) fn decide(&mut self, arrived: bool) {
        if !LEAVES {
            return;
        }
        for batch in &mut self.batches {
            if batch.state != State::Probation {
            } else if arrived {
                batch.state = State::Done;
                self.bytes -= batch.bytes;
                self.count -= batch.count;
            } else {
                batch.state = State::Idle;
                batch.fresh.ascii(UNMARK);
            }
        }
    }

    /// A batch is done, or waits for its turn again.
    pub(super) fn finish(&mut self, at: usize, delivered: bool, done: bool) {
        let mut batch = self.batches.swap_remove(at);
        let carried = std::mem::take(&mut batch.dropped);
        if !delivered {
            // Another batch, or this one again, carries these counters.
            add(&mut self.dropped, carried);
        }
        if done {
            self.bytes -= batch.bytes;
            self.count -= batch.count;
            batch.state = State::Done;
        }
        self.turns += 1;
        batch.turn = self.turns;
        self.batches.push(batch);
    }
}
