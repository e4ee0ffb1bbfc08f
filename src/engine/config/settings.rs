//! The configuration as the agent uses it.

use super::choices::{Exporter, Storage, Unsampled};
use crate::engine::propagation::Propagators;
use crate::engine::rules::{AllowedUrl, UrlRule};
use crate::engine::text::Out;

/// The configuration as the agent uses it. Every value is valid: where the page's was not, the default stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Application id; empty means that the agent stays off.
    pub pid: String,
    /// Where batches go, absolute; empty means that the agent stays off.
    pub endpoint: String,
    /// The `app.env` of the bundle.
    pub env: String,
    /// The `app.version` of the bundle; empty where the page gave none.
    pub version: String,
    /// What is traced and how.
    pub tracing: Tracing,
    /// What the page says about its user: JSON members, a comma before each. Never an `id`, which is the agent's own.
    pub user: Out,
    /// What else the page says about the application, in the same form.
    pub app: Out,
    /// What the page adds to every batch, in the same form.
    pub properties: Out,
    /// The application's name; empty where the page gave none.
    pub service: String,
    /// Requests that are neither traced nor reported.
    pub ignored: Vec<UrlRule>,
    /// When batches go.
    pub report: Report,
    /// How long a session lasts, and how many are recorded.
    pub session: SessionConfig,
    /// Whether and how the endpoint may change settings.
    pub remote: Remote,
    /// What the endpoint speaks; see [`Config::otlp`].
    pub exporter: Exporter,
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
    /// Whether requests carry our `baggage` members, whatever their protocol.
    pub baggage: bool,
    /// What a request that is not sampled carries.
    pub unsampled: Unsampled,
    /// Protocols of same-origin requests, and of entries that name none.
    pub propagators: Propagators,
    /// In the page's order; the first that matches decides.
    pub allowed: Vec<AllowedUrl>,
    /// The endpoint's list, if it narrows `allowed`: URLs of another origin must match both.
    pub narrowed: Option<Vec<AllowedUrl>>,
}

/// `remoteConfig` in the page's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Remote {
    /// Whether the endpoint is asked.
    pub enable: bool,
    /// Where it is asked, absolute; empty for the endpoint's own `/config/`.
    pub url: String,
    /// Whether its list replaces `allowedUrls`; otherwise it narrows that list.
    pub widen: bool,
}

/// `reportConfig` in the page's configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// An event waits at most this long for others, in milliseconds.
    pub flush_time: f64,
    /// A batch with this many events is sent at once.
    pub max_event_count: f64,
    /// Whether the endpoint accepts gzip although its answers do not say so.
    pub compress: bool,
}

/// `sessionConfig` in the page's configuration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionConfig {
    /// Share of sessions that are recorded, 0 to 1.
    pub sample_rate: f64,
    /// A session lasts at most this long, in milliseconds.
    pub max_duration: f64,
    /// A session ends after this long without activity, in milliseconds.
    pub overtime: f64,
    /// Where it is kept.
    pub storage: Storage,
}

impl Config {
    /// Whether the endpoint is a Collector. Never in a mini-program: its package has no room for a second encoder.
    pub fn otlp(&self) -> bool {
        !cfg!(feature = "miniapp") && self.exporter == Exporter::Otlp
    }
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
                baggage: false,
                unsampled: Unsampled::Flag,
                propagators: Propagators::TRACECONTEXT,
                allowed: Vec::new(),
                narrowed: None,
            },
            user: Out::new(),
            app: Out::new(),
            properties: Out::new(),
            service: String::new(),
            ignored: Vec::new(),
            report: Report { flush_time: 3000.0, max_event_count: 20.0, compress: false },
            session: SessionConfig {
                sample_rate: 1.0,
                max_duration: 86_400_000.0,
                overtime: 1_800_000.0,
                storage: Storage::Auto,
            },
            remote: Remote { enable: false, url: String::new(), widen: false },
            exporter: Exporter::Rum,
        }
    }
}
