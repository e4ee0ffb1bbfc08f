//! How many requests a client and how many events an application may send.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

use axum::http::StatusCode;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::problem::Problem;
use crate::limits::{EVENTS_PER_BUNDLE, RATE_BURST, RATES_SWEPT};

/// Both rates.
pub struct Rates {
    clients: Option<DefaultKeyedRateLimiter<IpAddr>>,
    apps: Option<DefaultKeyedRateLimiter<String>>,
    checks: AtomicU64,
}

impl Rates {
    /// Rates per second; 0 for any number.
    pub fn new(client_rate: u32, app_rate: u32) -> Self {
        // One bundle must always fit.
        let least = u32::try_from(EVENTS_PER_BUNDLE).unwrap_or(u32::MAX);
        Self { clients: limiter(client_rate, 1), apps: limiter(app_rate, least), checks: AtomicU64::new(1) }
    }

    /// Counts a request of a client. This machine's own programs are not counted: they could do worse.
    pub fn check_client(&self, client: IpAddr) -> Result<(), Problem> {
        if client.is_loopback() {
            return Ok(());
        }
        self.sweep();
        check(self.clients.as_ref(), &network(client), 1, "this address sends too many requests")
    }

    /// Counts events of an application.
    pub fn check_app(&self, app_id: &str, events: usize) -> Result<(), Problem> {
        self.sweep();
        check(self.apps.as_ref(), &app_id.to_owned(), events, "this application sends too many events")
    }

    /// Forgets who has been quiet, now and then.
    fn sweep(&self) {
        if self.checks.fetch_add(1, Ordering::Relaxed).is_multiple_of(RATES_SWEPT) {
            self.clients.iter().for_each(DefaultKeyedRateLimiter::retain_recent);
            self.apps.iter().for_each(DefaultKeyedRateLimiter::retain_recent);
        }
    }
}

fn limiter<K: Clone + Eq + Hash>(per_second: u32, least_burst: u32) -> Option<DefaultKeyedRateLimiter<K>> {
    let rate = NonZeroU32::new(per_second)?;
    let burst = NonZeroU32::new(per_second.saturating_mul(RATE_BURST).max(least_burst))?;
    Some(RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst)))
}

fn check<K: Clone + Eq + Hash>(
    limiter: Option<&DefaultKeyedRateLimiter<K>>,
    key: &K,
    count: usize,
    says: &str,
) -> Result<(), Problem> {
    let (Some(limiter), Some(count)) = (limiter, u32::try_from(count).ok().and_then(NonZeroU32::new)) else {
        return Ok(());
    };
    match limiter.check_key_n(key, count) {
        Ok(Ok(())) => Ok(()),
        _ => Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, says)),
    }
}

/// Who has one IPv6 address has 2^64 of them.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}
