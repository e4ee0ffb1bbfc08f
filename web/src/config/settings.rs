//! The smaller groups of options.

use serde::{Deserialize, Serialize};

use super::Rule;

/// Requests that are left out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Filters {
    /// Requests and resources that are neither traced nor reported. Up to 200 rules.
    pub resource: Vec<Rule>,
}

/// When batches are sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReportConfig {
    /// The longest time an event waits for others of its batch, in milliseconds, up to 10,000. By default 3,000.
    pub flush_time: u32,
    /// The number of events at which a batch is sent at once, 1 to 100. By default 20.
    pub max_event_count: u32,
    /// `true`: the endpoint accepts gzip although its answers do not say so. By default `false`.
    pub compress: bool,
}

impl Default for ReportConfig {
    fn default() -> Self {
        Self { flush_time: 3_000, max_event_count: 20, compress: false }
    }
}

/// How long sessions last, and how many are recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SessionConfig {
    /// The share of sessions that are recorded, 0 to 1. By default 1.
    pub sample_rate: f64,
    /// The longest time a session lasts, in milliseconds: 4 to 24 hours. By default 24 hours.
    pub max_duration: u32,
    /// The longest time without activity after which a session goes on, in milliseconds: 10 to 60 minutes. By default
    /// 30 minutes.
    pub overtime: u32,
    /// Where the session is kept.
    pub storage: Storage,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self { sample_rate: 1.0, max_duration: 86_400_000, overtime: 1_800_000, storage: Storage::Auto }
    }
}

/// Where the session is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Storage {
    /// In `localStorage`, or in a cookie where that is blocked.
    #[default]
    Auto,
    /// In a cookie.
    Cookie,
    /// In `localStorage`.
    LocalStorage,
}

/// The agent asks the endpoint for settings: `docs/options.md` says which it may change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RemoteConfig {
    /// `false`: the agent does not ask. By default `true`.
    pub enable: bool,
    /// Where the agent asks; by default at `/config/{pid}` on the endpoint's host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// `true`: the endpoint's `tracing.allowedUrls` replaces the application's, and so may add URLs. By default `false`.
    pub widen: bool,
}

impl Default for RemoteConfig {
    fn default() -> Self {
        Self { enable: true, url: None, widen: false }
    }
}

/// The format that the endpoint takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exporter {
    /// The RUM bundle.
    #[default]
    Rum,
    /// OTLP/HTTP JSON, straight to an OpenTelemetry Collector.
    Otlp,
}
