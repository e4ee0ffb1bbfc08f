//! The bundle as it comes over the wire: the vendor's published shape and our extra fields (docs/events.md).
//!
//! Nearly everything is optional, because agents differ. Unknown fields are skipped.

use serde_json::{Map, Value, value::RawValue};

use super::{
    fields::{self, Fields},
    loose::{Loose, Reason},
};
use crate::report::Report;

/// What a bundle says once about all of its events.
#[derive(Debug, Clone, Default)]
pub struct Bundle {
    /// The application.
    pub app: App,
    /// Id of the user, known or anonymous.
    pub user: Identified,
    /// Id of the session.
    pub session: Identified,
    /// The network.
    pub net: Network,
    /// The page or screen; an event may name another.
    pub view: View,
    /// What the application says about all its events.
    pub properties: Map<String, Value>,
    /// How many events the agent dropped since its last bundle, by reason.
    pub dropped: Vec<(String, u32)>,
    /// The agent's version.
    pub agent_version: Option<String>,
}

impl Fields for Bundle {
    const OBJECTS: &'static [&'static str] = &["app", "user", "session", "net", "view", "properties", "dropped"];

    fn set(&mut self, key: &str, value: Loose) -> Result<(), Reason> {
        if key == "_v" {
            self.agent_version = value.text()?;
        }
        Ok(())
    }

    fn set_object(&mut self, key: &str, json: &RawValue, path: &str, report: &mut Report) {
        match key {
            "app" => self.app = fields::optional(json, path, report),
            "user" => self.user = fields::optional(json, path, report),
            "session" => self.session = fields::optional(json, path, report),
            "net" => self.net = fields::optional(json, path, report),
            "view" => self.view = fields::optional(json, path, report),
            "properties" => self.properties = properties(json, path, report),
            // Another agent may call something else `dropped`: what is no count is none.
            "dropped" => {
                let counts: Map<String, Value> = serde_json::from_str(json.get()).unwrap_or_default();
                let count = |value: &Value| u32::try_from(value.as_u64()?).ok();
                self.dropped =
                    counts.iter().filter_map(|(reason, value)| Some((reason.clone(), count(value)?))).collect();
            }
            _ => {}
        }
    }
}

/// The application that the agent observes.
#[derive(Debug, Clone, Default)]
pub struct App {
    /// Its id, the `pid` of the agent's configuration.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its environment, such as `prod`.
    pub env: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// `browser`, `miniapp`, …
    pub kind: Option<String>,
}

impl Fields for App {
    fn set(&mut self, key: &str, value: Loose) -> Result<(), Reason> {
        match key {
            "id" => self.id = value.text()?,
            // A configuration may give a number here.
            "name" => self.name = value.text().unwrap_or_default(),
            "env" => self.env = value.text()?,
            "version" => self.version = value.text()?,
            "type" => self.kind = value.text()?,
            _ => {}
        }
        Ok(())
    }
}

/// Something of which only the id matters here.
#[derive(Debug, Clone, Default)]
pub struct Identified {
    /// The id.
    pub id: Option<String>,
}

impl Fields for Identified {
    fn set(&mut self, key: &str, value: Loose) -> Result<(), Reason> {
        if key == "id" {
            self.id = value.text()?;
        }
        Ok(())
    }
}

/// The network as the browser describes it.
#[derive(Debug, Clone, Default)]
pub struct Network {
    /// The effective type, such as `4g`.
    pub model: Option<String>,
}

impl Fields for Network {
    fn set(&mut self, key: &str, value: Loose) -> Result<(), Reason> {
        if key == "model" {
            self.model = value.text()?;
        }
        Ok(())
    }
}

/// A page or screen.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// Its id, new for every visit.
    pub id: Option<String>,
    /// Its name, the same for every visit.
    pub name: Option<String>,
}

impl Fields for View {
    fn set(&mut self, key: &str, value: Loose) -> Result<(), Reason> {
        match key {
            "id" => self.id = value.text()?,
            "name" => self.name = value.text()?,
            _ => {}
        }
        Ok(())
    }
}

/// One request that the page made.
#[derive(Debug, Clone, Default)]
pub struct ResourceEvent {
    /// Unique in its session; a repeated one is the same event sent again.
    pub event_id: Option<String>,
    /// Start, milliseconds since the epoch.
    pub timestamp: Option<f64>,
    /// Milliseconds. `Err` where it cannot be read: without it the event would lie.
    pub duration: Option<Result<f64, Reason>>,
    /// Whether the end is not known.
    pub incomplete: bool,
    /// How many equal requests this event stands for.
    pub times: Option<f64>,
    /// `fetch`, `xmlhttprequest`, …
    pub kind: Option<String>,
    /// The request's name, such as its path with the variable parts taken out.
    pub name: Option<String>,
    /// Where it went.
    pub url: Option<String>,
    /// Where redirects led.
    pub redirected_url: Option<String>,
    /// HTTP method.
    pub method: Option<String>,
    /// HTTP status. Some agents send it as text.
    pub status_code: Option<f64>,
    /// 1, 0, or -1 for unknown.
    pub success: Option<f64>,
    /// What the agent has to say about the result.
    pub message: Option<String>,
    /// The message is the application's.
    pub own_message: bool,
    /// How it ended, more exactly than `success`.
    pub outcome: Option<String>,
    /// Phases, milliseconds, in the order of [`PHASES`].
    pub phases: [Option<f64>; PHASES.len()],
    /// Body, bytes.
    pub size: Option<f64>,
    /// Body and headers as they came over the network, bytes.
    pub transfer_size: Option<f64>,
    /// The trace that the request belongs to, hex.
    pub trace_id: Option<String>,
    /// JSON text with the ids and headers that were sent.
    pub trace_data: Option<String>,
    /// `unknown` where headers went out and no answer came.
    pub reached_server: Option<String>,
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
    pub view: View,
    /// What the application says about this request.
    pub properties: Map<String, Value>,
}

/// The fields of the phases, in the order in which they happen.
pub const PHASES: [&str; 6] = [
    "redirect_duration",
    "dns_duration",
    "connect_duration",
    "ssl_duration",
    "first_byte_duration",
    "download_duration",
];

impl Fields for ResourceEvent {
    const OBJECTS: &'static [&'static str] = &["view", "properties"];

    fn set(&mut self, key: &str, value: Loose) -> Result<(), Reason> {
        match key {
            "event_id" => self.event_id = value.text()?,
            "timestamp" => self.timestamp = value.number()?,
            "duration" => self.duration = value.number().transpose(),
            "incomplete" => self.incomplete = value == Loose::Flag(true),
            "times" => self.times = value.number()?,
            "type" => self.kind = value.text()?,
            "name" => self.name = value.text()?,
            "url" => self.url = value.text()?,
            "redirected_url" => self.redirected_url = value.text()?,
            "method" => self.method = value.text()?,
            "status_code" => self.status_code = value.number_or_text()?,
            "success" => self.success = value.number()?,
            "message" => self.message = value.text()?,
            "own_message" => self.own_message = value == Loose::Flag(true),
            "outcome" => self.outcome = value.text()?,
            "size" => self.size = value.number()?,
            "transfer_size" => self.transfer_size = value.number()?,
            "trace_id" => self.trace_id = value.text()?,
            "trace_data" => self.trace_data = value.text()?,
            "reached_server" => self.reached_server = value.text()?,
            "traceparent" => self.traceparent = value.text()?,
            "tracestate" => self.tracestate = value.text()?,
            "trace_context_hint" => self.trace_context_hint = value.text()?,
            "server_timing_hint" => self.server_timing_hint = value.text()?,
            "server_timing_trace_id" => self.server_timing_trace_id = value.text()?,
            "protocol" => self.protocol = value.text()?,
            "delivery_type" => self.delivery_type = value.text()?,
            "session_id" => self.session_id = value.text()?,
            _ => {
                if let Some((_, phase)) = PHASES.iter().zip(&mut self.phases).find(|(name, _)| **name == key) {
                    *phase = value.number()?;
                }
            }
        }
        Ok(())
    }

    fn set_object(&mut self, key: &str, json: &RawValue, path: &str, report: &mut Report) {
        match key {
            "view" => self.view = fields::optional(json, path, report),
            "properties" => self.properties = properties(json, path, report),
            _ => {}
        }
    }
}

/// What an application says: any keys, values of any kind.
fn properties(json: &RawValue, path: &str, report: &mut Report) -> Map<String, Value> {
    let given: Result<Option<Map<String, Value>>, _> = serde_json::from_str(json.get());
    given.map(Option::unwrap_or_default).unwrap_or_else(|_| {
        report.add(path, "must be an object");
        Map::new()
    })
}
