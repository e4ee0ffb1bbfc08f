//! A request as the gateway keeps it: clipped, redacted, with everything known about it.
//!
//! This is the one gate between what a browser says and what is stored, mapped or shown. It is
//! also the JSON of `GET /api/events`.

use std::net::IpAddr;

use serde::Serialize;
use tracebeam::engine::{event::Outcome, method};

use super::{
    bundle::{Bundle, ResourceEvent, View},
    carrier::TraceContext,
    outcome,
    property::{Property, properties},
    redact,
};
use crate::limits::{LONG_TEXT_CHARS, TEXT_CHARS};

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
    /// HTTP method as a server sees it.
    pub method: Option<String>,
    /// Start, milliseconds since the epoch.
    pub timestamp_ms: f64,
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
    /// What the application says about the request, redacted, for the mapping.
    #[serde(skip)]
    pub properties: Vec<(String, Property)>,
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
    /// Why there is or is no trace header.
    pub trace_context_hint: Option<String>,
    /// What `Server-Timing` gave.
    pub server_timing_hint: Option<String>,
    /// The trace that `Server-Timing` named.
    pub server_timing_trace_id: Option<String>,
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

/// What the gateway itself knows of a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Milliseconds since the epoch.
    pub at_ms: u64,
    /// The peer's address.
    pub from: Option<IpAddr>,
}

impl Record {
    /// Takes from an event what may be kept.
    pub fn new(event: &ResourceEvent, bundle: &Bundle, arrival: Arrival) -> Self {
        let context = TraceContext::of(event);
        let status_code = event.status_code.as_ref().and_then(|code| whole(code.value())).and_then(http_status);
        let success = event.success.filter(|value| [-1.0, 0.0, 1.0].contains(value)).map(|value| value as i8);
        Self {
            event_id: id(&event.event_id),
            received_at_ms: arrival.at_ms,
            app: AppRecord {
                id: clip(&bundle.app.id, TEXT_CHARS),
                name: word(&bundle.app.name.as_str().map(str::to_owned)),
                env: word(&bundle.app.env),
                version: word(&bundle.app.version),
                kind: word(&bundle.app.kind),
            },
            user_id: id(&bundle.user.id),
            session_id: id(&event.session_id).or_else(|| id(&bundle.session.id)),
            view: event
                .view
                .as_ref()
                .map(view)
                .filter(ViewRecord::says_something)
                .unwrap_or_else(|| view(&bundle.view)),
            network: word(&bundle.net.model),
            client_address: arrival.from,
            kind: word(&event.kind),
            name: address(&event.name),
            url: address(&event.url),
            method: word(&event.method).map(|method| method::on_the_wire(&method).to_owned()),
            timestamp_ms: event.timestamp,
            duration_ms: event.duration,
            incomplete: event.incomplete.as_bool(),
            times: whole(event.times),
            status_code,
            success,
            outcome: outcome::of(event.outcome.as_deref(), status_code, success),
            message: filled(&event.message).map(|text| clip(&redact::text(text), LONG_TEXT_CHARS)),
            own_message: event.own_message == true,
            properties: properties(&event.properties),
            phases: Phases::new(event),
            size: whole(event.size),
            transfer_size: whole(event.transfer_size),
            protocol: word(&event.protocol),
            delivery_type: word(&event.delivery_type),
            trace_id: context.as_ref().map(|context| context.trace_id.to_string()).or_else(|| id(&event.trace_id)),
            span_id: context.as_ref().map(|context| context.span_id.to_string()),
            sampled: context.as_ref().map(TraceContext::sampled),
            has_span: context.as_ref().is_some_and(TraceContext::sampled),
            traceparent: match &context {
                Some(context) => word(&Some(context.header.clone())),
                None => word(&event.traceparent),
            },
            tracestate: context.as_ref().map(|context| context.trace_state.clone()).filter(|state| !state.is_empty()),
            trace_context_hint: word(&event.trace_context_hint),
            server_timing_hint: word(&event.server_timing_hint),
            server_timing_trace_id: id(&event.server_timing_trace_id),
            agent_version: word(&bundle.agent_version),
            context,
        }
    }
}

impl ViewRecord {
    /// An id without a name is a view of its own; nothing at all is the bundle's.
    fn says_something(&self) -> bool {
        self.id.is_some() || self.name.is_some()
    }
}

impl Phases {
    fn new(event: &ResourceEvent) -> Self {
        // A phase that is negative or longer than the whole comes from a broken clock.
        let phase = |value: Option<f64>| value.filter(|value| (0.0..=event.duration).contains(value));
        Self {
            redirect_ms: phase(event.redirect_duration),
            dns_ms: phase(event.dns_duration),
            connect_ms: phase(event.connect_duration),
            ssl_ms: phase(event.ssl_duration),
            first_byte_ms: phase(event.first_byte_duration),
            download_ms: phase(event.download_duration),
        }
    }
}

fn view(view: &View) -> ViewRecord {
    ViewRecord { id: id(&view.id), name: address(&view.name) }
}

fn filled(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn word(value: &Option<String>) -> Option<String> {
    filled(value).map(|text| clip(text, TEXT_CHARS))
}

fn id(value: &Option<String>) -> Option<String> {
    word(value)
}

/// A URL, or a name that may have been made of one.
fn address(value: &Option<String>) -> Option<String> {
    filled(value).map(|text| clip(&redact::url(text), LONG_TEXT_CHARS))
}

pub(super) fn clip(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

/// A count that fits SQLite and JSON; anything else is no count.
fn whole(value: Option<f64>) -> Option<u64> {
    value.filter(|value| (0.0..=9_007_199_254_740_991.0).contains(value)).map(|value| value as u64)
}

/// Browsers say 0 for "no answer".
fn http_status(code: u64) -> Option<u16> {
    u16::try_from(code).ok().filter(|code| (100..1000).contains(code))
}
