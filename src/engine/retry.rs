//! When the endpoint may be tried again: exponential back-off with jitter, `Retry-After`, and one
//! probe at a time until it answers. It never gives up and never disables the agent.

use super::clock::Millis;

/// The first wait after a failure; each further failure doubles it.
const FIRST_WAIT: Millis = 1000.0;
/// The longest wait of our own, so that an endpoint that is back is found within a minute.
const LONGEST_WAIT: Millis = 60_000.0;
/// The longest wait that a server may ask for.
const LONGEST_ORDER: Millis = 3_600_000.0;
/// A random share of a wait, up to this, is taken off, so that the pages of one outage do not all retry together.
/// Small enough for the promise in docs/delivery.md: at most 90 attempts an hour.
const JITTER: f64 = 0.25;
/// For this long after a good answer, a leaving page may expect that its beacon arrives.
const WELL: Millis = 5000.0;

/// What an answer means for the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has arrived.
    Delivered,
    /// Not now: the batch is sent again later.
    Again,
    /// Never: the endpoint refuses it.
    Refused,
}

/// Judges an HTTP status; 0 means that there was no answer. `otlp`: only the statuses that the OTLP/HTTP specification names are
/// tried again; otherwise all that speak of the server's state.
pub fn judge(status: u32, otlp: bool) -> Verdict {
    match status {
        200..=299 => Verdict::Delivered,
        0 | 429 | 502..=504 => Verdict::Again,
        408 | 500..=599 if !otlp => Verdict::Again,
        _ => Verdict::Refused,
    }
}

/// The endpoint's health as this page knows it.
#[derive(Debug, Clone)]
pub struct Retry {
    failures: u32,
    /// No attempt before this time.
    until: Millis,
    /// No attempt before this time because of `Retry-After`, not even when the network is back.
    ordered: Millis,
    delivered: Millis,
}

impl Default for Retry {
    fn default() -> Self {
        Self { failures: 0, until: 0.0, ordered: 0.0, delivered: f64::NEG_INFINITY }
    }
}

impl Retry {
    /// Whether the last attempt failed.
    pub fn failing(&self) -> bool {
        self.failures > 0
    }

    /// The earliest time of the next attempt.
    pub fn until(&self) -> Millis {
        self.until
    }

    /// No attempt before this time, by `Retry-After`.
    pub fn ordered(&self) -> Millis {
        self.ordered
    }

    /// Whether the endpoint has answered so recently that a beacon will most likely arrive.
    pub fn well(&self, now: Millis) -> bool {
        self.failures == 0 && now - self.delivered <= WELL
    }

    /// An attempt succeeded. A `Retry-After` still holds, because the attempt may have left before it came.
    pub fn delivered(&mut self, now: Millis) {
        *self = Self { failures: 0, until: self.ordered, ordered: self.ordered, delivered: now };
    }

    /// An attempt failed. `after`: the server's `Retry-After` in milliseconds, 0 for none; `fraction`: a random number in `[0, 1)`.
    pub fn failed(&mut self, now: Millis, after: Millis, fraction: f64) {
        // The failures of attempts that were in flight together count as one.
        if now >= self.until {
            let doubled = FIRST_WAIT * f64::from(1_u32 << self.failures.min(6));
            self.failures += 1;
            self.until = now + doubled.min(LONGEST_WAIT) * (1.0 - JITTER * fraction);
        }
        self.ordered = self.ordered.max(now + after.min(LONGEST_ORDER));
        self.until = self.until.max(self.ordered);
    }

    /// The network is gone, so the endpoint is not known to be well.
    pub fn offline(&mut self) {
        self.delivered = f64::NEG_INFINITY;
    }

    /// The network is back: the next attempt may leave at once, unless `Retry-After` forbids it.
    pub fn online(&mut self) {
        self.until = self.ordered;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        let mut retry = Retry::default();
        let mut now = 0.0;
        for wait in [1000.0, 2000.0, 4000.0, 8000.0, 16_000.0, 32_000.0, 60_000.0, 60_000.0] {
            retry.failed(now, 0.0, 0.0);
            assert_eq!(retry.until() - now, wait);
            now = retry.until();
        }
        retry.failed(now, 0.0, 0.999);
        assert!((45_000.0..45_100.0).contains(&(retry.until() - now)), "jitter takes a quarter at most");
        retry.delivered(now);
        assert!(!retry.failing() && retry.until() <= now && retry.well(now + 5000.0) && !retry.well(now + 5001.0));
    }

    #[test]
    fn failures_of_one_moment_count_once() {
        let mut retry = Retry::default();
        retry.failed(0.0, 0.0, 0.0);
        retry.failed(1.0, 0.0, 0.0);
        assert_eq!(retry.until(), 1000.0);
    }

    #[test]
    fn a_server_may_ask_for_patience_and_gets_it() {
        let mut retry = Retry::default();
        retry.failed(0.0, 120_000.0, 0.0);
        assert_eq!(retry.until(), 120_000.0);
        retry.failed(1.0, 1000.0, 0.0);
        retry.online();
        assert_eq!(retry.until(), 120_000.0, "a regained network does not shorten Retry-After");
        retry.failed(120_000.0, 1e12, 0.0);
        assert_eq!(retry.until(), 120_000.0 + LONGEST_ORDER, "but not for ever");
        retry.delivered(120_001.0);
        assert_eq!(retry.until(), 120_000.0 + LONGEST_ORDER, "a success that was under way does not end it");
        retry.online();
        assert_eq!(retry.until(), 120_000.0 + LONGEST_ORDER, "nor what comes after it");
        let mut plain = Retry::default();
        plain.failed(0.0, 0.0, 0.0);
        plain.online();
        assert_eq!(plain.until(), 0.0);
    }
}
