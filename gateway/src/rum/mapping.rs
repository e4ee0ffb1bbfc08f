//! A record becomes a span: the table of the specification, with OpenTelemetry's attribute names.
//!
//! | RUM | span |
//! |---|---|
//! | `trace_id`, span id of the `traceparent` | trace id, span id |
//! | `name` | name, prefixed `browser.request:` or `miniapp.request:` |
//! | `timestamp`, `duration` | start, end |
//! | `status_code`, `outcome` | status, `error.type` |
//! | `tracestate` | trace state |
//! | address of the sender, user, session, view | attributes |

use url::Url;

use super::{
    outcome::Outcome,
    record::{AppRecord, Record},
};
use crate::span::{Attributes, Source, Span};

/// Nanoseconds in a millisecond.
const NS_PER_MS: u64 = 1_000_000;

/// The two kinds of application, by what they are called in spans.
#[derive(Clone, Copy)]
struct Origin {
    service: &'static str,
    prefix: &'static str,
}

const BROWSER: Origin = Origin { service: "rum-browser", prefix: "browser.request:" };
const MINIAPP: Origin = Origin { service: "rum-miniapp", prefix: "miniapp.request:" };

fn origin(app: &AppRecord) -> Origin {
    match app.kind.as_deref() {
        Some("miniapp" | "minigame" | "uniapp") => MINIAPP,
        _ => BROWSER,
    }
}

/// The span of a record; `None` where its trace is unknown or not recorded.
pub fn span(record: &Record) -> Option<Span> {
    let context = record.context.as_ref().filter(|context| context.sampled())?;
    let start_ns = nanoseconds(record.timestamp_ms);
    let name = record.name.as_deref().or(record.url.as_deref()).unwrap_or("request");
    Some(Span {
        trace_id: context.trace_id,
        span_id: context.span_id,
        flags: context.flags,
        trace_state: context.trace_state.clone(),
        name: format!("{}{name}", origin(&record.app).prefix),
        start_ns,
        end_ns: start_ns.saturating_add(nanoseconds(record.duration_ms)),
        error: error_text(record),
        attributes: attributes(record),
    })
}

/// Who the spans of a record come from; the same for all records of a bundle.
pub fn source(record: &Record) -> Source {
    let mut resource = Attributes::default();
    resource.text("service.name", Some(origin(&record.app).service));
    resource.text("service.version", record.app.version.as_deref());
    resource.text("deployment.environment.name", record.app.env.as_deref());
    resource.text("rum.app.id", Some(record.app.id.as_str()));
    resource.text("rum.app.type", record.app.kind.as_deref());
    Source { resource, agent_version: record.agent_version.clone().unwrap_or_default() }
}

fn attributes(record: &Record) -> Attributes {
    let mut out = Attributes::default();
    out.text("http.request.method", record.method.as_deref());
    address(&mut out, record.url.as_deref());
    out.integer("http.response.status_code", record.status_code);
    out.text("error.type", error_type(record));
    let (name, version) = protocol(record.protocol.as_deref());
    out.text("network.protocol.name", name);
    out.text("network.protocol.version", version);
    out.text("client.address", record.client_address.map(|address| address.to_string()));
    out.text("user.id", record.user_id.as_deref());
    out.text("session.id", record.session_id.as_deref());
    out.text("view.id", record.view.id.as_deref());
    out.text("view.name", record.view.name.as_deref());
    out.integer("http.response.body.size", record.size.and_then(integer));
    out.integer("http.response.size", record.transfer_size.and_then(integer));

    out.text("rum.event.id", record.event_id.as_deref());
    out.text("rum.resource.type", record.kind.as_deref());
    out.text("rum.resource.outcome", record.outcome.map(outcome_name));
    out.text("rum.resource.delivery_type", record.delivery_type.as_deref());
    out.integer("rum.resource.times", record.times.filter(|times| *times > 1).and_then(integer));
    out.text("rum.network.model", record.network.as_deref());
    out.text("rum.trace_context_hint", record.trace_context_hint.as_deref());
    out.text("rum.server_timing_hint", record.server_timing_hint.as_deref());
    out.text("rum.server_timing.trace_id", record.server_timing_trace_id.as_deref());
    out.number("rum.phase.redirect_ms", record.phases.redirect_ms);
    out.number("rum.phase.dns_ms", record.phases.dns_ms);
    out.number("rum.phase.connect_ms", record.phases.connect_ms);
    out.number("rum.phase.ssl_ms", record.phases.ssl_ms);
    out.number("rum.phase.first_byte_ms", record.phases.first_byte_ms);
    out.number("rum.phase.download_ms", record.phases.download_ms);
    out
}

/// `url.full` must be absolute; of a relative URL only the path is known.
fn address(out: &mut Attributes, url: Option<&str>) {
    let Some(text) = url else { return };
    match Url::parse(text) {
        Ok(parsed) => {
            out.text("url.full", Some(text));
            out.text("server.address", parsed.host_str());
            out.integer("server.port", parsed.port_or_known_default());
        }
        Err(_) => out.text("url.path", text.split('?').next()),
    }
}

/// `h2` and `http/1.1` as OpenTelemetry's pair of name and version.
fn protocol(name: Option<&str>) -> (Option<&str>, Option<&str>) {
    match name {
        Some("h2" | "h2c") => (Some("http"), Some("2")),
        Some("h3") => (Some("http"), Some("3")),
        Some(other) => match other.split_once('/') {
            Some((name, version)) => (Some(name), Some(version)),
            None => (Some(other), None),
        },
        None => (None, None),
    }
}

fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Ok => "ok",
        Outcome::HttpError => "http_error",
        Outcome::NetworkError => "network_error",
        Outcome::Timeout => "timeout",
        Outcome::Abort => "abort",
    }
}

/// What failed: the status where there is one, as OpenTelemetry asks, else the outcome.
fn error_type(record: &Record) -> Option<String> {
    match (record.status_code, record.outcome?) {
        (Some(code), Outcome::HttpError) => Some(code.to_string()),
        (Some(code), Outcome::Ok) if code >= 400 => Some(code.to_string()),
        (_, Outcome::Ok) => None,
        (_, failed) => Some(outcome_name(failed).to_owned()),
    }
}

/// Set where the span failed. The status says it already in `http.response.status_code`, so only
/// failures without one get a text.
fn error_text(record: &Record) -> Option<String> {
    error_type(record)?;
    match record.status_code {
        Some(_) => Some(String::new()),
        None => Some(record.message.clone().unwrap_or_default()),
    }
}

fn integer(value: u64) -> Option<i64> {
    i64::try_from(value).ok()
}

/// Splits before multiplying: the product of a present-day time would lose the last digits.
fn nanoseconds(milliseconds: f64) -> u64 {
    let whole = milliseconds.trunc();
    let rest = ((milliseconds - whole) * NS_PER_MS as f64).round();
    (whole as u64).saturating_mul(NS_PER_MS).saturating_add(rest as u64)
}
