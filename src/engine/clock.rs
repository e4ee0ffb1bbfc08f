//! Time as the engine sees it: two readings that the host hands in with every call.
//!
//! Times are `f64` milliseconds, the browsers' own unit, and not 64-bit integers: whole microseconds
//! since 1970 are exact in an `f64`. Dividing a `u64` costs several kilobytes in the JavaScript core, and a `u64` cannot cross to
//! hosts without `BigInt`.

/// Milliseconds: monotonic (`performance.now()`) or since the epoch (`Date.now()`), as the name says.
pub type Millis = f64;

/// How far the two clocks may drift apart before the anchor is taken anew. A laptop's sleep stops
/// `performance.now()` in some browsers, and a user may set the wall clock.
const MAX_DRIFT: Millis = 500.0;

/// Turns monotonic readings into times since the epoch, with the monotonic clock's resolution.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    origin: Millis,
}

impl Clock {
    /// `origin`: what the host believes the epoch time of monotonic zero to be (`performance.timeOrigin`).
    pub fn new(origin: Millis) -> Self {
        Self { origin }
    }

    /// The epoch time of the monotonic reading `now`, taken together with the wall reading `date`.
    pub fn wall(&mut self, now: Millis, date: Millis) -> Millis {
        let drift = (self.origin + now - date).abs();
        // A host without a time origin gives NaN, which counts as drift.
        if drift.is_nan() || drift > MAX_DRIFT {
            self.origin = date - now;
        }
        self.origin + now
    }

    /// The epoch time of an earlier monotonic reading.
    pub fn at(&self, reading: Millis) -> Millis {
        self.origin + reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_sub_millisecond_starts_while_the_clocks_agree() {
        let mut clock = Clock::new(1_000_000.25);
        assert_eq!(clock.wall(10.5, 1_000_010.0), 1_000_010.75);
    }

    #[test]
    fn follows_the_wall_clock_after_a_sleep() {
        let mut clock = Clock::new(1_000_000.0);
        assert_eq!(clock.wall(10.0, 9_000_000.0), 9_000_000.0);
        assert_eq!(clock.wall(11.5, 9_000_001.0), 9_000_001.5);
    }

    #[test]
    fn survives_a_host_without_a_time_origin() {
        let mut clock = Clock::new(f64::NAN);
        assert_eq!(clock.wall(10.0, 5_000.0), 5_000.0);
    }
}
