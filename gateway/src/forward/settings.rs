//! What an operator decides about forwarding.

use std::{path::PathBuf, time::Duration};

use axum::http::HeaderMap;

use super::Target;
use crate::limits::{FIRST_RETRY, FORWARD_TIME, LONGEST_RETRY};

/// All decisions.
#[derive(Debug, Clone)]
pub struct Forwarding {
    /// Where to.
    pub target: Target,
    /// What each request carries beside its own headers.
    pub headers: HeaderMap,
    /// Directory that holds spans until they are forwarded.
    pub spool: PathBuf,
    /// Room in it.
    pub spool_bytes: u64,
    /// How long a receiver may take, and when it is asked again.
    pub pace: Pace,
}

/// How long a receiver may take, and when it is asked again.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// For its answer.
    pub answer: Duration,
    /// Before the second try.
    pub first_retry: Duration,
    /// Between two tries, at most.
    pub longest_retry: Duration,
}

impl Forwarding {
    /// With nothing special.
    pub fn new(target: Target, spool: PathBuf) -> Self {
        Self { target, spool, headers: HeaderMap::new(), spool_bytes: u64::MAX, pace: Pace::default() }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self { answer: FORWARD_TIME, first_retry: FIRST_RETRY, longest_retry: LONGEST_RETRY }
    }
}
