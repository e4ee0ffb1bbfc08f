//! A record becomes a span, by the table of docs/events.md.
//!
//! Names and order of the attributes are those of the agent's own OTLP encoder, [`tracebeam::engine::span`]. This file
//! says what a record has to say to it, and adds what the agent does not send as a span: who sent the bundle, the
//! application's properties, and URLs of other agents.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value};
use tracebeam::engine::{
    context::AppType,
    span::{self, Attributes, Facts, Source},
};
use url::Url;

use super::{
    phases::Phases,
    record::{AppRecord, Record},
};
use crate::otlp::row::{Scope, SpanDetail, SpanRow, shared};

/// Nanoseconds in a millisecond.
const NS_PER_MS: i64 = 1_000_000;

/// The instrumentation scope of spans made from RUM events.
const SCOPE: &str = "tracebeam";

/// What the spans of one bundle share.
pub struct Common {
    app: AppType,
    app_id: Arc<str>,
    service: Arc<str>,
    resource: Arc<str>,
}

impl Common {
    /// Reads it from what the bundle says of its application and agent.
    pub fn new(app: &AppRecord, agent_version: &str) -> Self {
        let source = Source {
            app: app_type(app.kind.as_deref()),
            name: text(&app.name),
            id: &app.id,
            env: text(&app.env),
            version: text(&app.version),
        };
        let mut resource = Object::default();
        span::resource(&source, &mut resource);
        let service = resource.0.get("service.name").and_then(Value::as_str).unwrap_or_default();
        Self {
            app: source.app,
            app_id: app.id.as_str().into(),
            service: service.into(),
            resource: shared(resource.0, &Scope { name: SCOPE.to_owned(), version: agent_version.to_owned() }),
        }
    }
}

/// The span of a record; `None` where its trace is unknown or not recorded.
pub fn span(record: &Record, common: &Common) -> Option<SpanRow> {
    let context = record.context.as_ref().filter(|context| context.sampled())?;
    let url = normalised(record.url.as_deref().unwrap_or_default());
    let foreign = is_foreign(&url);
    let client_address = record.client_address.map(|address| address.to_string());
    let facts = Facts {
        url: if foreign { "" } else { &url },
        client_address: client_address.as_deref().unwrap_or_default(),
        ..facts(record)
    };
    let mut attributes = Object::default();
    span::request(&facts, &mut attributes);
    if foreign {
        attributes.text("url.full", &url);
    }
    for (key, value) in [
        ("rum.resource.redirected_url", &record.redirected_url),
        ("rum.resource.reached_server", &record.reached_server),
    ] {
        if let Some(value) = value {
            attributes.text(key, value);
        }
    }
    for (key, value) in &record.properties {
        attributes.0.insert(format!("{}{key}", span::PROPERTIES), value.clone());
    }
    let error = span::error(&facts, text(&record.message));

    let name = record.name.as_deref().or(record.url.as_deref()).unwrap_or("request");
    let start_ns = nanoseconds(record.timestamp_ms);
    let detail = SpanDetail {
        status_message: error.unwrap_or_default().to_owned(),
        trace_state: context.trace_state.clone(),
        attributes: attributes.0,
        ..SpanDetail::default()
    };
    Some(SpanRow {
        trace_id: context.trace_id,
        span_id: context.span_id,
        parent_span_id: context.parent_id,
        service: Arc::clone(&common.service),
        app_id: Some(Arc::clone(&common.app_id)),
        name: format!("{}{name}", span::prefix(common.app)),
        kind: "client",
        start_ns,
        end_ns: start_ns.saturating_add(nanoseconds(record.duration_ms)),
        status: if error.is_some() { "error" } else { "unset" },
        resource: Arc::clone(&common.resource),
        detail: detail.to_json(),
    })
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

/// The engine reads URLs as browsers write them; other agents report them as the page wrote them.
fn normalised(url: &str) -> Cow<'_, str> {
    match Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") => Cow::Owned(parsed.into()),
        _ => Cow::Borrowed(url),
    }
}

/// An absolute URL of another scheme than HTTP's. The engine's agent traces no such request and would take the URL for
/// a path; OpenTelemetry wants it as `url.full`.
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
fn nanoseconds(milliseconds: f64) -> i64 {
    let whole = milliseconds.trunc();
    let rest = ((milliseconds - whole) * NS_PER_MS as f64).round();
    (whole as i64).saturating_mul(NS_PER_MS).saturating_add(rest as i64)
}

/// Collects attributes as a JSON object.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Attributes for Object {
    fn text(&mut self, key: &'static str, value: &str) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn integer(&mut self, key: &'static str, value: f64) {
        self.0.insert(key.to_owned(), (value.floor() as i64).into());
    }

    fn number(&mut self, key: &'static str, value: f64) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn flag(&mut self, key: &'static str) {
        self.0.insert(key.to_owned(), true.into());
    }
}
