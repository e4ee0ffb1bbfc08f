//! The bundle as it comes over the wire: the vendor's published shape and our extra fields.
//!
//! Nearly everything is optional, because existing agents differ. Unknown fields are skipped.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Everything a bundle says once about all of its events.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Bundle {
    /// The application.
    pub app: App,
    /// The user, known or anonymous.
    #[serde(default, deserialize_with = "nullable")]
    pub user: Identified,
    /// The session.
    #[serde(default, deserialize_with = "nullable")]
    pub session: Identified,
    /// The network.
    #[serde(default, deserialize_with = "nullable")]
    pub net: Network,
    /// The page or screen; an event may name another.
    #[serde(default, deserialize_with = "nullable")]
    pub view: View,
    /// How many events the agent dropped since its last bundle, by reason.
    #[serde(default)]
    pub dropped: Value,
    /// The agent's version.
    #[serde(default, rename = "_v")]
    pub agent_version: Option<String>,
}

impl Bundle {
    /// The drop counters: reasons and numbers. Whatever else another agent calls `dropped` is none.
    pub fn dropped(&self) -> impl Iterator<Item = (&str, u32)> {
        let counts = self.dropped.as_object().into_iter().flatten();
        counts.filter_map(|(reason, count)| Some((reason.as_str(), u32::try_from(count.as_u64()?).ok()?)))
    }
}

/// The application that the agent observes.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct App {
    /// Its id, the `pid` of the agent's configuration.
    pub id: String,
    /// Its name. A configuration may give a number here.
    #[serde(default)]
    pub name: Value,
    /// Its environment, such as `prod`.
    pub env: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// `browser`, `miniapp`, …
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// Something of which only the id matters here.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Identified {
    /// The id.
    pub id: Option<String>,
}

/// The network as the browser describes it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Network {
    /// The effective type, such as `4g`.
    pub model: Option<String>,
}

/// A page or screen.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct View {
    /// Its id, new for every visit.
    pub id: Option<String>,
    /// Its name, the same for every visit.
    pub name: Option<String>,
}

/// One request that the page made.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ResourceEvent {
    /// Unique in its session; a repeated one is the same event sent again.
    pub event_id: Option<String>,
    /// Start, milliseconds since the epoch.
    pub timestamp: f64,
    /// Milliseconds.
    #[serde(default, deserialize_with = "nullable")]
    pub duration: f64,
    /// `true` where the end is not known.
    #[serde(default)]
    pub incomplete: Value,
    /// How many equal requests this event stands for.
    pub times: Option<f64>,
    /// `fetch`, `xmlhttprequest`, …
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The request's name, such as its path with the variable parts taken out.
    pub name: Option<String>,
    /// Where it went.
    pub url: Option<String>,
    /// HTTP method.
    pub method: Option<String>,
    /// HTTP status. Some agents send it as text.
    pub status_code: Option<Number>,
    /// 1, 0, or -1 for unknown.
    pub success: Option<f64>,
    /// What the agent has to say about the result.
    pub message: Option<String>,
    /// `true` where the message is the application's.
    #[serde(default)]
    pub own_message: Value,
    /// How it ended, more exactly than `success`.
    pub outcome: Option<String>,
    /// Phase, milliseconds.
    pub redirect_duration: Option<f64>,
    /// Phase, milliseconds.
    pub dns_duration: Option<f64>,
    /// Phase, milliseconds.
    pub connect_duration: Option<f64>,
    /// Phase, milliseconds.
    pub ssl_duration: Option<f64>,
    /// Phase, milliseconds.
    pub first_byte_duration: Option<f64>,
    /// Phase, milliseconds.
    pub download_duration: Option<f64>,
    /// Body, bytes.
    pub size: Option<f64>,
    /// Body and headers as they came over the network, bytes.
    pub transfer_size: Option<f64>,
    /// The trace that the request belongs to, hex.
    pub trace_id: Option<String>,
    /// JSON text with the ids and headers that were sent.
    pub trace_data: Option<String>,
    /// The header as sent, of agents that say it here and not in `trace_data`.
    pub traceparent: Option<String>,
    /// The header as sent, likewise.
    pub tracestate: Option<String>,
    /// Why there is or is no trace header.
    pub trace_context_hint: Option<String>,
    /// What the response's `Server-Timing` gave.
    pub server_timing_hint: Option<String>,
    /// The trace that `Server-Timing` named.
    pub server_timing_trace_id: Option<String>,
    /// Network protocol as the browser names it: `h2`, `http/1.1`.
    pub protocol: Option<String>,
    /// `cache` where the browser served the response itself.
    pub delivery_type: Option<String>,
    /// The session, where it is not the bundle's.
    pub session_id: Option<String>,
    /// The view, where it is not the bundle's.
    pub view: Option<View>,
    /// What the application says about the request: texts and numbers by name.
    #[serde(default)]
    pub properties: Value,
}

/// What `trace_data` holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceData {
    /// The request's span id.
    pub span_id: Option<String>,
    /// Whether the trace is recorded.
    pub sampled: Option<bool>,
    /// The headers as sent.
    #[serde(default, deserialize_with = "nullable")]
    pub headers: CarrierHeaders,
}

/// The W3C part of the headers as sent.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct CarrierHeaders {
    /// `traceparent`.
    pub traceparent: Option<String>,
    /// `tracestate`.
    pub tracestate: Option<String>,
}

/// A number, or a text that should hold one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Number {
    /// As it should be.
    Number(f64),
    /// As some agents send it.
    Text(String),
}

impl Number {
    /// The number, if there is one.
    pub fn value(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            Self::Text(text) => text.trim().parse().ok(),
        }
    }
}

/// Takes `null` for a missing value.
fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
