//! The phases of a request, as its browser measured them.

use serde::Serialize;

/// Parts of a request's duration in milliseconds, where the browser gives them.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Phases {
    /// Redirects before the final URL.
    pub redirect_ms: Option<f64>,
    /// Name look-up.
    pub dns_ms: Option<f64>,
    /// Connection.
    pub connect_ms: Option<f64>,
    /// TLS.
    pub ssl_ms: Option<f64>,
    /// Until the first byte of the answer.
    pub first_byte_ms: Option<f64>,
    /// From the first byte to the last.
    pub download_ms: Option<f64>,
}

impl Phases {
    /// Those of an event that took `duration` milliseconds.
    pub fn new(phases: &[Option<f64>; 6], duration: f64) -> Self {
        // A phase that is negative or longer than the whole comes from a broken clock.
        let [redirect_ms, dns_ms, connect_ms, ssl_ms, first_byte_ms, download_ms] =
            phases.map(|phase| phase.filter(|value| (0.0..=duration).contains(value)));
        Self { redirect_ms, dns_ms, connect_ms, ssl_ms, first_byte_ms, download_ms }
    }
}
