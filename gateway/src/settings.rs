//! What an operator decides about the HTTP side. The defaults serve one person on one machine; docs/gateway.md explains each.

use std::{path::PathBuf, sync::Arc, time::Duration};

use ipnet::IpNet;

use crate::{
    forward::settings::Forwarding,
    http::{Origins, Token},
    limits::{
        APP_RATE, BODY_TIME, CLIENT_RATE, CONNECTIONS, CONNECTIONS_PER_CLIENT, DRAIN_TIME, HALF_SENT_TIME, HEAD_TIME,
        INTAKE_BYTES, WRITE_TIME,
    },
    rules::Live,
    time::Clock,
};

/// All decisions.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Directory of the view; the built-in one if `None`.
    pub www: Option<PathBuf>,
    /// Directory of remote configurations.
    pub config: Option<PathBuf>,
    /// What is redacted, renamed, dropped and sampled, and what agents are told.
    pub rules: Arc<Live>,
    /// Where spans are passed on to.
    pub forward: Option<Forwarding>,
    /// What opens the API, the view, the metrics and OTLP.
    pub token: Option<Token>,
    /// Names by which the API and the view may be reached, beside addresses and `localhost`.
    pub hosts: Vec<String>,
    /// Which pages may report, by application.
    pub origins: Origins,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests per second of one client; 0 for any number.
    pub client_rate: u32,
    /// Events per second of one application; 0 for any number.
    pub app_rate: u32,
    /// Connections at the same time.
    pub connections: usize,
    /// Connections of one client at the same time.
    pub connections_per_client: usize,
    /// Memory of requests that are under way.
    pub intake_bytes: usize,
    /// How long the gateway waits for what.
    pub times: Times,
    /// How long events and traces are kept; `None` for as long as there is room.
    pub keep: Option<Duration>,
    /// Where the time comes from.
    pub clock: Clock,
}

/// How long the gateway waits for what; see [`limits`](crate::limits).
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For a request's head, and on an idle connection.
    pub head: Duration,
    /// For a request's body.
    pub body: Duration,
    /// For a client to take a part of its answer.
    pub write: Duration,
    /// For whole requests, when stopping.
    pub drain: Duration,
    /// For the rest of half a request, when stopping.
    pub half_sent: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            www: None,
            config: None,
            rules: Arc::default(),
            forward: None,
            token: None,
            hosts: Vec::new(),
            origins: Origins::default(),
            trusted_proxies: Vec::new(),
            client_rate: CLIENT_RATE,
            app_rate: APP_RATE,
            connections: CONNECTIONS,
            connections_per_client: CONNECTIONS_PER_CLIENT,
            intake_bytes: INTAKE_BYTES,
            times: Times::default(),
            keep: None,
            clock: Clock::System,
        }
    }
}

impl Default for Times {
    fn default() -> Self {
        Self { head: HEAD_TIME, body: BODY_TIME, write: WRITE_TIME, drain: DRAIN_TIME, half_sent: HALF_SENT_TIME }
    }
}
