//! A record becomes a span: the table of the specification.
//!
//! Names, order and rules of the attributes are those of the agent's own OTLP encoder,
//! [`tracebeam::engine::span`]; here stands only what a record has to say to it, and what the
//! agent cannot know: who sent the bundle, and the URLs and words of other agents.

use std::borrow::Cow;

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, KeyValue, any_value},
    trace::v1::{ResourceSpans, Span, span::SpanKind},
};
use tracebeam::engine::{
    context::AppType,
    span::{self, Attributes, Facts, Source},
};
use url::Url;

use super::{
    property::Property,
    record::{AppRecord, Phases, Record},
};
use crate::otlp::encode::{self, KeyValues};

/// Nanoseconds in a millisecond.
const NS_PER_MS: u64 = 1_000_000;

/// The span of a record and who made it; `None` where its trace is unknown or not recorded.
pub fn spans(record: &Record) -> Option<ResourceSpans> {
    let context = record.context.as_ref().filter(|context| context.sampled())?;
    let source = source(&record.app);
    let url = normalised(record.url.as_deref().unwrap_or_default());
    let foreign = is_foreign(&url);
    let client_address = record.client_address.map(|address| address.to_string());
    let facts = Facts {
        url: if foreign { "" } else { &url },
        client_address: client_address.as_deref().unwrap_or_default(),
        ..facts(record)
    };
    let mut attributes = KeyValues::default();
    span::request(&facts, &mut attributes);
    if foreign {
        attributes.text("url.full", &url);
    }
    attributes.0.extend(record.properties.iter().map(attribute));

    let name = record.name.as_deref().or(record.url.as_deref()).unwrap_or("request");
    let start_ns = nanoseconds(record.timestamp_ms);
    let span = Span {
        trace_id: context.trace_id.to_vec(),
        span_id: context.span_id.to_vec(),
        parent_span_id: context.parent_id.map(|id| id.to_vec()).unwrap_or_default(),
        trace_state: context.trace_state.clone(),
        flags: u32::from(context.flags),
        name: format!("{}{name}", span::prefix(source.app)),
        kind: SpanKind::Client.into(),
        start_time_unix_nano: start_ns,
        end_time_unix_nano: start_ns.saturating_add(nanoseconds(record.duration_ms)),
        attributes: attributes.0,
        status: Some(encode::status(span::error(&facts, text(&record.message)))),
        ..Span::default()
    };
    Some(encode::resource_spans(&source, text(&record.agent_version), span))
}

fn source(app: &AppRecord) -> Source<'_> {
    Source {
        app: app_type(app.kind.as_deref()),
        name: text(&app.name),
        id: &app.id,
        env: text(&app.env),
        version: text(&app.version),
    }
}

/// A property as the agent's own encoder writes it.
fn attribute((key, property): &(String, Property)) -> KeyValue {
    let value = match property {
        Property::Text(text) => any_value::Value::StringValue(text.clone()),
        Property::Number(number) => any_value::Value::DoubleValue(*number),
    };
    KeyValue {
        key: format!("{}{key}", span::PROPERTIES),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    }
}

/// Other agents know more kinds; a span knows two services.
fn app_type(kind: Option<&str>) -> AppType {
    match kind {
        Some("miniapp" | "minigame" | "uniapp") => AppType::MiniApp,
        _ => AppType::Browser,
    }
}

/// What the record itself says.
fn facts(record: &Record) -> Facts<'_> {
    let Phases { redirect_ms, dns_ms, connect_ms, ssl_ms, first_byte_ms, download_ms } = record.phases;
    Facts {
        method: text(&record.method),
        url: text(&record.url),
        status: record.status_code.map_or(0, u32::from),
        outcome: record.outcome,
        success: match record.success {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        message: if record.own_message { text(&record.message) } else { "" },
        protocol: text(&record.protocol),
        client_address: "",
        user: text(&record.user_id),
        session: text(&record.session_id),
        view_id: text(&record.view.id),
        view_name: text(&record.view.name),
        size: number(record.size),
        transfer_size: number(record.transfer_size),
        event_id: text(&record.event_id),
        kind: text(&record.kind),
        delivery_type: text(&record.delivery_type),
        times: number(record.times),
        network: text(&record.network),
        trace_context_hint: text(&record.trace_context_hint),
        server_timing_hint: text(&record.server_timing_hint),
        server_timing_trace_id: text(&record.server_timing_trace_id),
        incomplete: record.incomplete == Some(true),
        phases: [redirect_ms, dns_ms, connect_ms, ssl_ms, first_byte_ms, download_ms],
    }
}

/// The engine reads URLs as browsers write them, and not every agent lets the browser write its own.
fn normalised(url: &str) -> Cow<'_, str> {
    match Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Cow::Owned(parsed.into()),
        _ => Cow::Borrowed(url),
    }
}

/// An absolute URL of a scheme that is not HTTP's: `url.full` to OpenTelemetry, nothing to the engine,
/// whose agent traces no such request and would take it for a path.
fn is_foreign(url: &str) -> bool {
    Url::parse(url).is_ok_and(|parsed| !matches!(parsed.scheme(), "http" | "https"))
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

/// Counts of a record are exact in a float: [`Record`] takes none above 2^53.
fn number(value: Option<u64>) -> Option<f64> {
    value.map(|value| value as f64)
}

/// Splits before multiplying: the product of a present-day time would lose the last digits.
fn nanoseconds(milliseconds: f64) -> u64 {
    let whole = milliseconds.trunc();
    let rest = ((milliseconds - whole) * NS_PER_MS as f64).round();
    (whole as u64).saturating_mul(NS_PER_MS).saturating_add(rest as u64)
}
