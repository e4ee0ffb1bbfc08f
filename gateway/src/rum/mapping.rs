//! A record becomes a span, by the table of docs/events.md.
//!
//! Names and order of the attributes are those of the agent's own OTLP encoder, [`tracebeam::engine::span`]. This file
//! says what a record has to say to it, and adds what the agent does not send as a span: who sent the bundle, the
//! application's properties, and URLs of other agents.

use std::{borrow::Cow, sync::Arc};

use serde_json::{Map, Value};
use tracebeam::{
    attribute,
    engine::{
        context::AppType,
        event::{Fields, ResourceEvent, Timing},
        span::{self, Sender, Source},
    },
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
    /// `service.name` of the spans.
    pub fn service(&self) -> &str {
        &self.service
    }

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
    let attributes = attributes(record);
    let error = span::error(&event(record));

    let name = record.name.as_deref().or(record.url.as_deref()).unwrap_or("request");
    let start_ns = nanoseconds(record.timestamp_ms);
    let detail = SpanDetail {
        status_message: error.unwrap_or_default().to_owned(),
        trace_state: context.trace_state.clone(),
        attributes,
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

/// The attributes that a record's span has, or would have if its trace were recorded.
pub fn attributes(record: &Record) -> Map<String, Value> {
    let url = normalised(record.url.as_deref().unwrap_or_default());
    let foreign = is_foreign(&url);
    let client_address = record.client_address.map(|address| address.to_string());
    let event = ResourceEvent { url: if foreign { "" } else { &url }, ..event(record) };
    let sender = Sender {
        user: text(&record.user_id),
        network: text(&record.network),
        address: client_address.as_deref().unwrap_or_default(),
        times: number(record.times),
    };
    let mut attributes = Object::default();
    span::request(&event, &sender, &mut attributes);
    if foreign {
        attributes.text(attribute!("url.full"), &url);
    }
    for (names, value) in [
        (attribute!("rum.resource.redirected_url"), &record.redirected_url),
        (attribute!("rum.resource.reached_server"), &record.reached_server),
    ] {
        attributes.text(names, text(value));
    }
    for (key, value) in &record.properties {
        // JavaScript has one kind of number, and the agent's own encoder sends it as a double.
        let value = value.as_f64().map_or_else(|| value.clone(), Value::from);
        attributes.0.insert(format!("{}{key}", span::PROPERTIES), value);
    }
    attributes.0
}

/// Whether the request failed.
pub fn is_error(record: &Record) -> bool {
    span::error(&event(record)).is_some()
}

/// Other agents know more kinds; a span knows two services.
fn app_type(kind: Option<&str>) -> AppType {
    match kind {
        Some("miniapp" | "minigame" | "uniapp") => AppType::MiniApp,
        _ => AppType::Browser,
    }
}

/// What the record itself says.
fn event(record: &Record) -> ResourceEvent<'_> {
    let Phases { redirect_ms, dns_ms, connect_ms, ssl_ms, first_byte_ms, download_ms } = record.phases;
    let phases = [redirect_ms, dns_ms, connect_ms, ssl_ms, first_byte_ms, download_ms, None];
    ResourceEvent {
        id: text(&record.event_id),
        incomplete: record.incomplete == Some(true),
        kind: text(&record.kind),
        method: text(&record.method),
        url: text(&record.url),
        status: record.status_code.map_or(0, u32::from),
        success: match record.success {
            Some(1) => "1",
            Some(0) => "0",
            _ => "",
        },
        message: text(&record.message),
        own_message: record.own_message,
        outcome: record.outcome,
        hint: text(&record.trace_context_hint),
        timing: Timing {
            phases: phases.map(|phase| phase.unwrap_or(-1.0)),
            size: number(record.size),
            transfer: number(record.transfer_size),
            protocol: text(&record.protocol),
            delivery: text(&record.delivery_type),
        },
        server_hint: text(&record.server_timing_hint),
        server_trace: text(&record.server_timing_trace_id),
        session: text(&record.session_id),
        view_id: text(&record.view.id),
        view_name: text(&record.view.name),
        ..ResourceEvent::default()
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

/// Counts of a record are exact in a float: [`Record`] takes none above 2^53. Negative where it is unknown.
fn number(value: Option<u64>) -> f64 {
    value.map_or(-1.0, |value| value as f64)
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

impl Object {
    /// Keeps a field that is an attribute, too.
    fn put(&mut self, names: &'static str, is_known: bool, value: impl Into<Value>) {
        if let Some((_, attribute)) = names.split_once(' ')
            && is_known
        {
            self.0.insert(attribute.to_owned(), value.into());
        }
    }
}

impl Fields for Object {
    fn text(&mut self, names: &'static str, value: &str) {
        self.put(names, !value.is_empty(), value);
    }

    fn integer(&mut self, names: &'static str, value: f64) {
        self.put(names, (0.0..9e15).contains(&value), value.floor() as i64);
    }

    fn number(&mut self, names: &'static str, value: f64) {
        self.put(names, (0.0..9e12).contains(&value), value);
    }

    fn flag(&mut self, names: &'static str, value: bool) {
        self.put(names, value, true);
    }
}
