//! What the queue wants done next. A batch is stored before it is sent; at most [`WINDOW`] are in flight; the timer comes last.

use super::Queue;
use super::batch::{ANY, LEAVES, SAVE_EVERY, State, TAIL_BYTES, WINDOW};
use crate::engine::action::{Action, Way};
use crate::engine::clock::Millis;
use crate::engine::text::Out;

impl Queue {
    /// The next thing to do; the text of a [`Action::Store`] goes to `out`.
    pub fn poll(&mut self, now: Millis, out: &mut Out) -> Option<Action> {
        if self.is_due(now) {
            self.close();
        }
        if let Some(at) = self.find(State::Done, ANY) {
            return Some(Action::Forget(self.batches.swap_remove(at).id));
        }
        // A batch is stored before it is sent.
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
        if std::mem::take(&mut self.announce) {
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
            None if self.has_window() && now >= self.retry.until() => (Way::Normal, ANY),
            None => return None,
        };
        let found = self.find(State::Idle, room);
        let Some(batch) = found.and_then(|at| self.batches.get_mut(at)) else {
            if !self.is_leaving() {
                self.exit = None;
            }
            // There is no idle batch: the flush is over, unless a batch is still open.
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

    pub(super) fn is_leaving(&self) -> bool {
        LEAVES && matches!(self.exit, Some((Way::Exit, _)))
    }

    /// Whether one more batch may be sent. While the endpoint fails, one at a time probes it.
    fn has_window(&self) -> bool {
        !self.is_leaving() && self.flying < if self.retry.failing() { 1 } else { WINDOW }
    }

    /// The batch in this state whose turn it is.
    #[inline(never)]
    pub(super) fn find(&self, state: State, room: usize) -> Option<usize> {
        let (mut found, mut turn) = (None, u32::MAX);
        for (at, batch) in self.batches.iter().enumerate() {
            if batch.state == state && batch.turn < turn && batch.bytes + TAIL_BYTES <= room {
                (found, turn) = (Some(at), batch.turn);
            }
        }
        found
    }

    fn has_idle(&self) -> bool {
        self.find(State::Idle, ANY).is_some()
    }

    /// Whether the open batch is closed now. It stays open until it can be sent, so that an outage makes full batches.
    fn is_due(&self, now: Millis) -> bool {
        self.open.is_some()
            && self.has_window()
            && now >= self.retry.until()
            && (self.flush || now >= self.opened + self.policy.flush_time)
            && !self.has_idle()
    }

    /// The next moment at which there will be something to do, if nothing else happens.
    fn next(&self) -> Millis {
        let mut at = f64::INFINITY;
        if self.has_window() {
            if self.has_idle() {
                at = self.retry.until();
            } else if self.open.is_some() {
                at = self.retry.until().max(self.opened + self.policy.flush_time);
            }
        }
        match &self.open {
            Some(open) if !open.fresh.is_empty() => at.min(self.saved + SAVE_EVERY),
            _ => at,
        }
    }
}
