//! A page's OTLP span becomes an event: the table of `tracebeam::engine::span` read backwards, so that pages with
//! OpenTelemetry's instrumentations and pages with our agent are in one view.
//!
//! Reads both the stable HTTP semantic conventions and the old ones, which OpenTelemetry's web instrumentations wrote
//! until 2025. It must never guess: what a span does not say, the event does not say.

use serde_json::{Map, Value, json};
use tracebeam::engine::{naming, span::PROPERTIES, text::Out, url};

use super::{
    bundle::{App, Bundle, Identified, Network, ResourceEvent, View},
    network,
    parse::Requested,
};
use crate::otlp::row::SpanEvent;

/// Spans of our agent's own exporter.
const AGENT: &str = "tracebeam";

/// What made a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instrumentation {
    /// `@opentelemetry/instrumentation-fetch`
    Fetch,
    /// `@opentelemetry/instrumentation-xml-http-request`
    Xhr,
    /// `@opentelemetry/instrumentation-document-load`
    DocumentLoad,
    /// Our agent with `exporter: 'otlp'`.
    Agent,
}

impl Instrumentation {
    /// By the name of its scope; `None` for all that run elsewhere than in pages.
    pub fn of(scope: &str) -> Option<Self> {
        match scope.strip_prefix("@opentelemetry/instrumentation-") {
            Some("fetch") => Some(Self::Fetch),
            Some("xml-http-request") => Some(Self::Xhr),
            Some("document-load") => Some(Self::DocumentLoad),
            _ => (scope == AGENT).then_some(Self::Agent),
        }
    }

    /// The event's `type`; `None` for spans that are no request.
    fn kind<'a>(self, span: &Span<'a>) -> Option<&'a str> {
        match (self, span.name) {
            // The browser's preflight is a child of the request's span, and no request of the page's.
            (Self::Fetch | Self::Xhr, "CORS Preflight") => None,
            (Self::Fetch, _) => Some("fetch"),
            (Self::Xhr, _) => Some("xmlhttprequest"),
            (Self::DocumentLoad, "documentFetch") => Some("document"),
            // What kind of resource it was, the span does not say.
            (Self::DocumentLoad, "resourceFetch") => Some("other"),
            (Self::DocumentLoad, _) => None,
            (Self::Agent, _) => Some(span.text(&["rum.resource.type"]).unwrap_or("other")),
        }
    }
}

/// What is read of a span; its texts have been redacted.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// Its name.
    pub name: &'a str,
    /// Hex.
    pub trace_id: &'a str,
    /// Hex.
    pub span_id: &'a str,
    /// Nanoseconds since the epoch.
    pub start_ns: i64,
    /// Nanoseconds since the epoch.
    pub end_ns: i64,
    /// `unset`, `ok` or `error`.
    pub status: &'a str,
    /// The text of its status.
    pub message: &'a str,
    /// Its attributes.
    pub attributes: &'a Map<String, Value>,
    /// Its events.
    pub events: &'a [SpanEvent],
    /// The attributes of its resource.
    pub resource: &'a Map<String, Value>,
    /// The version of its scope.
    pub version: &'a str,
}

impl<'a> Span<'a> {
    /// The first of these attributes that holds a text, of the span or else of its resource.
    pub(super) fn text(&self, keys: &[&str]) -> Option<&'a str> {
        let of = |map: &'a Map<String, Value>| keys.iter().find_map(|key| map.get(*key)?.as_str());
        of(self.attributes).or_else(|| of(self.resource)).filter(|text| !text.is_empty())
    }

    /// The first of these attributes that holds a number, also one that is written as text.
    pub(super) fn number(&self, keys: &[&str]) -> Option<f64> {
        let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
        keys.iter().find_map(|key| self.attributes.get(*key).and_then(number))
    }

    fn owned(&self, keys: &[&str]) -> Option<String> {
        self.text(keys).map(str::to_owned)
    }
}

/// The event of a span, and the bundle that it would have come in; `None` for spans that are no request.
pub fn event(instrumentation: Instrumentation, span: &Span<'_>) -> Option<(Requested, Bundle)> {
    let kind = instrumentation.kind(span)?.to_owned();
    let url = span.owned(&["url.full", "http.url"])?;
    let end = network::end(span);
    let is_agents = instrumentation == Instrumentation::Agent;
    let mut event = ResourceEvent {
        event_id: Some(span.owned(&["rum.event.id"]).unwrap_or_else(|| span.span_id.to_owned())),
        kind: Some(kind),
        name: Some(name(span, &url, is_agents)),
        redirected_url: span.owned(&["rum.resource.redirected_url"]),
        method: span.owned(&["http.request.method_original", "http.request.method", "http.method"]),
        status_code: end.status.map(f64::from),
        success: Some(end.success),
        message: end.message.map(str::to_owned),
        own_message: span.text(&["rum.resource.message"]).is_some(),
        outcome: end.outcome.map(|outcome| outcome.name().to_owned()),
        incomplete: span.attributes.get("rum.resource.incomplete") == Some(&Value::Bool(true)),
        times: span.number(&["rum.resource.times"]),
        phases: network::phases(span),
        size: span.number(&[
            "http.response.body.size",
            "http.response_content_length_uncompressed",
            "http.response_content_length",
        ]),
        transfer_size: span.number(&["http.response.size"]),
        protocol: network::protocol(span),
        delivery_type: span.owned(&["rum.resource.delivery_type"]),
        trace_id: Some(span.trace_id.to_owned()),
        // Which headers went out, the span does not say: only its ids are known.
        trace_data: Some(json!({"spanId": span.span_id}).to_string()),
        trace_context_hint: span.owned(&["rum.trace_context_hint"]),
        server_timing_hint: span.owned(&["rum.server_timing_hint"]),
        server_timing_trace_id: span.owned(&["rum.server_timing.trace_id"]),
        reached_server: span.owned(&["rum.resource.reached_server"]),
        properties: properties(span),
        ..ResourceEvent::default()
    };
    event.url = Some(url);
    let timestamp = span.start_ns as f64 / 1e6;
    let duration = (span.end_ns - span.start_ns) as f64 / 1e6;
    Some((Requested { timestamp, duration, event }, bundle(span)))
}

/// The application that a resource belongs to: our agent names it, OpenTelemetry knows services only.
pub fn app_id(resource: &Map<String, Value>) -> Option<&str> {
    let text = |key: &str| resource.get(key)?.as_str().filter(|text| !text.trim().is_empty());
    text("rum.app.id").or_else(|| text("service.name"))
}

/// What all events of a page share.
fn bundle(span: &Span<'_>) -> Bundle {
    let identified = |keys: &[&str]| Identified { id: span.owned(keys) };
    Bundle {
        app: App {
            id: app_id(span.resource).map(str::to_owned),
            name: span.owned(&["service.name"]),
            env: span.owned(&["deployment.environment.name", "deployment.environment"]),
            version: span.owned(&["service.version"]),
            kind: Some(span.text(&["rum.app.type"]).unwrap_or("browser").to_owned()),
        },
        user: identified(&["user.id", "enduser.id"]),
        session: identified(&["session.id"]),
        net: Network { model: span.owned(&["rum.network.model"]) },
        view: View { id: span.owned(&["view.id"]), name: span.owned(&["view.name"]) },
        agent_version: Some(span.version.to_owned()),
        ..Bundle::default()
    }
}

/// OpenTelemetry calls all requests by their method. The event has the name that our agent would give it.
fn name(span: &Span<'_>, href: &str, is_agents: bool) -> String {
    if is_agents {
        let (_, name) = span.name.split_once(':').unwrap_or(("", span.name));
        return name.to_owned();
    }
    let path = url::split(href).path;
    let mut out = Out::new();
    naming::group(&mut out, if path.is_empty() { href } else { path });
    out.as_str().to_owned()
}

fn properties(span: &Span<'_>) -> Map<String, Value> {
    let own = |(key, value): (&String, &Value)| Some((key.strip_prefix(PROPERTIES)?.to_owned(), value.clone()));
    span.attributes.iter().filter_map(own).collect()
}
