//! What the agent runs by: every value valid, whatever the page wrote.

use crate::engine::propagation::Propagators;
use crate::engine::rules::Entry;

/// What the agent runs by. Every value is valid; where the page's was not, it is the default.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Application id; empty means that the agent stays off.
    pub pid: String,
    /// Where batches go: absolute, or relative to the page; empty means that the agent stays off.
    pub endpoint: String,
    /// The `app.env` of the bundle.
    pub env: String,
    /// The `app.version` of the bundle; empty where the page gave none.
    pub version: String,
    /// What is traced and how.
    pub tracing: Tracing,
    /// When batches go.
    pub report: Report,
}

/// `tracing` in the page's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracing {
    /// `false`: no header is ever written.
    pub enable: bool,
    /// Share of requests that are traced, 0 to 100.
    pub sample: f64,
    /// Whether W3C requests carry our `tracestate` member.
    pub tracestate: bool,
    /// Protocols of same-origin requests, and of entries that name none.
    pub propagators: Propagators,
    /// In the page's order; the first that matches decides.
    pub allowed: Vec<Entry>,
}

/// `reportConfig` in the page's configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// The longest an event waits for company, in milliseconds.
    pub flush_time: u32,
    /// The number of events that sends a batch at once.
    pub max_event_count: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            pid: String::new(),
            endpoint: String::new(),
            env: "prod".to_owned(),
            version: String::new(),
            tracing: Tracing {
                enable: false,
                sample: 100.0,
                tracestate: true,
                propagators: Propagators::TRACECONTEXT,
                allowed: Vec::new(),
            },
            report: Report { flush_time: 3000, max_event_count: 20 },
        }
    }
}
