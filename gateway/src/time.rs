//! The gateway's clock, and which timestamps are near enough to now.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::limits::{NEWEST, OLDEST};

const NS_PER_MS: i64 = 1_000_000;

/// Where the time comes from: the system's clock, or what a test says.
#[derive(Debug, Clone, Copy, Default)]
pub enum Clock {
    /// The system's clock.
    #[default]
    System,
    /// A clock that stands still, at milliseconds since the epoch.
    Fixed(u64),
}

impl Clock {
    /// Milliseconds since the epoch.
    pub fn now_ms(self) -> u64 {
        match self {
            Self::Fixed(now_ms) => now_ms,
            Self::System => {
                let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
            }
        }
    }

    /// The timestamps that are taken now.
    pub fn window(self) -> Window {
        let now = i64::try_from(self.now_ms()).unwrap_or(i64::MAX);
        Window { oldest_ms: now - OLDEST.as_millis() as i64, newest_ms: now + NEWEST.as_millis() as i64 }
    }
}

/// The timestamps that are taken: one from a broken clock would stretch its trace over years.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    oldest_ms: i64,
    newest_ms: i64,
}

impl Window {
    /// Whether these nanoseconds since the epoch are near enough.
    pub fn has_ns(&self, time_ns: i64) -> bool {
        (self.oldest_ms..=self.newest_ms).contains(&(time_ns / NS_PER_MS))
    }

    /// Whether these milliseconds since the epoch are near enough.
    pub fn has_ms(&self, time_ms: f64) -> bool {
        (self.oldest_ms as f64..=self.newest_ms as f64).contains(&time_ms)
    }
}
