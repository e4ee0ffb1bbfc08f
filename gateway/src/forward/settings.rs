//! What an operator decides about forwarding.

use std::path::PathBuf;

use axum::http::HeaderMap;

use super::Target;

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
}

impl Forwarding {
    /// With nothing special.
    pub fn new(target: Target, spool: PathBuf) -> Self {
        Self { target, spool, headers: HeaderMap::new(), spool_bytes: u64::MAX }
    }
}
