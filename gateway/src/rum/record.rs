//! A request as the gateway keeps it: clipped, redacted, with everything known about it.
//!
//! Whatever a browser says is stored, mapped or shown only after it has passed here. A record is also the JSON of
//! `GET /api/events`.

use std::net::IpAddr;

use serde::Serialize;
use serde_json::{Map, Value};
use tracebeam::engine::{event::Outcome, method};

use super::{
    bundle::{App, Bundle, View},
    carrier::TraceContext,
    outcome,
    parse::Requested,
    phases::Phases,
};
use crate::{
    limits::{LONG_TEXT_CHARS, TEXT_CHARS},
    otlp::any_value::clip,
    redact,
    time::Window,
};

/// Most properties that one event has: 20 of its bundle and 20 of its own, by docs/events.md.
const PROPERTIES: usize = 40;

/// Characters kept of a property's text.
const PROPERTY_CHARS: usize = 2_000;

/// One request of a page. Missing facts are `null`.
#[derive(Debug, Clone, Serialize)]
pub struct Record {
    /// Unique in its session.
    pub event_id: Option<String>,
    /// When the gateway took it, milliseconds since the epoch.
    pub received_at_ms: u64,
    /// The application.
    pub app: AppRecord,
    /// The user.
    pub user_id: Option<String>,
    /// The session.
    pub session_id: Option<String>,
    /// The page or screen.
    pub view: ViewRecord,
    /// The effective network type.
    pub network: Option<String>,
    /// The address that the bundle came from.
    pub client_address: Option<IpAddr>,

    /// `fetch`, `xmlhttprequest`, …
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The request's name.
    pub name: Option<String>,
    /// Where it went, redacted.
    pub url: Option<String>,
    /// Where redirects led, redacted.
    pub redirected_url: Option<String>,
    /// HTTP method as a server sees it.
    pub method: Option<String>,
    /// Start, milliseconds since the epoch.
    pub timestamp_ms: f64,
    /// The start that the agent reported, where that was too far from now to be true.
    pub reported_timestamp_ms: Option<f64>,
    /// Milliseconds.
    pub duration_ms: f64,
    /// Whether the end is not known, so that the duration is only a part.
    pub incomplete: Option<bool>,
    /// How many equal requests this stands for.
    pub times: Option<u64>,
    /// HTTP status.
    pub status_code: Option<u16>,
    /// 1, 0 or -1.
    pub success: Option<i8>,
    /// How it ended.
    #[serde(serialize_with = "outcome::serialize")]
    pub outcome: Option<Outcome>,
    /// The agent's word on the result, redacted.
    pub message: Option<String>,
    /// Whether the message is the application's, for the mapping.
    #[serde(skip)]
    pub own_message: bool,
    /// Parts of the duration.
    pub phases: Phases,
    /// Body, bytes.
    pub size: Option<u64>,
    /// Body and headers over the network, bytes.
    pub transfer_size: Option<u64>,
    /// Network protocol as the browser names it.
    pub protocol: Option<String>,
    /// `cache` where the browser served the response itself.
    pub delivery_type: Option<String>,

    /// The trace as the agent reported it.
    pub trace_id: Option<String>,
    /// The request's span, where the reported context is valid.
    pub span_id: Option<String>,
    /// Whether the trace is recorded, where the reported context is valid.
    pub sampled: Option<bool>,
    /// Whether the gateway made a span of it.
    pub has_span: bool,
    /// The header as sent.
    pub traceparent: Option<String>,
    /// The header as sent.
    pub tracestate: Option<String>,
    /// `unknown` where headers went out and no answer came.
    pub reached_server: Option<String>,
    /// Why there is or is no trace header.
    pub trace_context_hint: Option<String>,
    /// What `Server-Timing` gave.
    pub server_timing_hint: Option<String>,
    /// The trace that `Server-Timing` named.
    pub server_timing_trace_id: Option<String>,
    /// What the application says of it.
    pub properties: Map<String, Value>,
    /// The agent's version.
    pub agent_version: Option<String>,

    /// The context behind `trace_id` and `span_id`, for the mapping.
    #[serde(skip)]
    pub context: Option<TraceContext>,
}

/// The application.
#[derive(Debug, Clone, Serialize)]
pub struct AppRecord {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Its environment.
    pub env: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// `browser`, `miniapp`, …
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// The page or screen.
#[derive(Debug, Clone, Serialize)]
pub struct ViewRecord {
    /// Its id.
    pub id: Option<String>,
    /// Its name, redacted.
    pub name: Option<String>,
}

/// What the gateway itself knows of a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Milliseconds since the epoch.
    pub at_ms: u64,
    /// The client's address.
    pub from: Option<IpAddr>,
    /// The timestamps that are believed.
    pub window: Window,
}

impl Record {
    /// Takes from an event what may be kept.
    pub fn new(requested: Requested, bundle: &Bundle, app: &AppRecord, arrival: Arrival) -> Self {
        let Requested { timestamp, duration, event } = requested;
        let context = TraceContext::of(&event);
        let status_code = whole(event.status_code).and_then(http_status);
        let success = event.success.filter(|value| [-1.0, 0.0, 1.0].contains(value)).map(|value| value as i8);
        // A clock that is wrong by days says nothing; the request had ended when its event came.
        let believed = arrival.window.has_ms(timestamp) && arrival.window.has_ms(timestamp + duration);
        let own_view = view(&event.view);
        Self {
            phases: Phases::new(&event.phases, duration),
            event_id: word(&event.event_id),
            received_at_ms: arrival.at_ms,
            app: app.clone(),
            user_id: word(&bundle.user.id),
            session_id: word(&event.session_id).or_else(|| word(&bundle.session.id)),
            view: if own_view.says_something() { own_view } else { view(&bundle.view) },
            network: word(&bundle.net.model),
            client_address: arrival.from,
            kind: word(&event.kind),
            name: address(&event.name),
            url: address(&event.url),
            redirected_url: address(&event.redirected_url),
            method: word(&event.method).map(|method| method::on_the_wire(&method).to_owned()),
            timestamp_ms: if believed { timestamp } else { arrival.at_ms as f64 - duration },
            reported_timestamp_ms: (!believed).then_some(timestamp),
            duration_ms: duration,
            incomplete: event.incomplete.then_some(true),
            times: whole(event.times),
            status_code,
            success,
            outcome: outcome::of(event.outcome.as_deref(), status_code, success),
            message: filled(&event.message).map(|text| clip(&redact::text(text), LONG_TEXT_CHARS)),
            own_message: event.own_message,
            size: whole(event.size),
            transfer_size: whole(event.transfer_size),
            protocol: word(&event.protocol),
            delivery_type: word(&event.delivery_type),
            trace_id: context.as_ref().map(|context| context.trace_id.to_string()).or_else(|| word(&event.trace_id)),
            span_id: context.as_ref().map(|context| context.span_id.to_string()),
            sampled: context.as_ref().map(TraceContext::sampled),
            has_span: context.as_ref().is_some_and(TraceContext::sampled),
            traceparent: match &context {
                Some(context) => word(&Some(context.header.clone())),
                None => word(&event.traceparent),
            },
            tracestate: context.as_ref().map(|context| context.trace_state.clone()).filter(|state| !state.is_empty()),
            reached_server: word(&event.reached_server),
            trace_context_hint: word(&event.trace_context_hint),
            server_timing_hint: word(&event.server_timing_hint),
            server_timing_trace_id: word(&event.server_timing_trace_id),
            properties: properties(&bundle.properties, event.properties),
            agent_version: word(&bundle.agent_version),
            context,
        }
    }
}

impl Record {
    /// About what it takes in memory: itself and its texts, those that come from the bundle included.
    pub fn bytes(&self) -> usize {
        let Self { app, view, .. } = self;
        let texts = [
            [&self.url, &self.redirected_url, &self.name, &self.message, &self.agent_version],
            [&self.user_id, &self.session_id, &view.id, &view.name, &self.network],
            [&app.name, &app.env, &app.version, &app.kind, &self.event_id],
        ];
        let texts: usize = texts.into_iter().flatten().flatten().map(String::len).sum();
        let properties = self.properties.iter().map(|(key, value)| key.len() + value.as_str().map_or(16, str::len));
        size_of::<Self>() + app.id.len() + texts + properties.sum::<usize>()
    }
}

impl AppRecord {
    /// What is kept of an application.
    pub fn new(id: &str, app: &App) -> Self {
        Self {
            id: clip(id, TEXT_CHARS),
            name: word(&app.name),
            env: word(&app.env),
            version: word(&app.version),
            kind: word(&app.kind),
        }
    }
}

impl ViewRecord {
    /// Whether it names a view: an id without a name does, and is a view of its own.
    fn says_something(&self) -> bool {
        self.id.is_some() || self.name.is_some()
    }
}

/// The application's own words, those about the request first. Lists and objects are left out.
fn properties(common: &Map<String, Value>, own: Map<String, Value>) -> Map<String, Value> {
    let mut kept = Map::new();
    for (key, value) in own.iter().chain(common).take(PROPERTIES) {
        let value = match value {
            Value::String(text) => Value::String(clip(&redact::attribute(key, text), PROPERTY_CHARS)),
            Value::Number(_) | Value::Bool(_) => value.clone(),
            _ => continue,
        };
        kept.entry(clip(key, TEXT_CHARS)).or_insert(value);
    }
    kept
}

fn view(view: &View) -> ViewRecord {
    ViewRecord { id: word(&view.id), name: address(&view.name) }
}

fn filled(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn word(value: &Option<String>) -> Option<String> {
    filled(value).map(|text| clip(text, TEXT_CHARS))
}

/// A URL, or a name that may have been made of one.
fn address(value: &Option<String>) -> Option<String> {
    filled(value).map(|text| clip(&redact::url(text), LONG_TEXT_CHARS))
}

/// A count that fits SQLite and JSON; anything else is no count.
fn whole(value: Option<f64>) -> Option<u64> {
    value.filter(|value| (0.0..=9_007_199_254_740_991.0).contains(value)).map(|value| value as u64)
}

/// Browsers say 0 for "no answer".
fn http_status(code: u64) -> Option<u16> {
    u16::try_from(code).ok().filter(|code| (100..1000).contains(code))
}
