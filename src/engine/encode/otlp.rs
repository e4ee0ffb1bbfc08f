//! OTLP/HTTP JSON, as strict collectors take it: ids in lower-case hex, enums and flags as integers, 64-bit
//! integers as decimal strings, camelCase, no nulls and no NaN. One bad value costs the whole batch,
//! so each is checked where it is written ([`span`](crate::engine::span) lets only good ones through).
//!
//! <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>

use super::json::{Object, pairs, string};
use crate::engine::config::Config;
use crate::engine::context::{Context, Scene};
use crate::engine::dropped::{Dropped, REASONS};
use crate::engine::event::{ResourceEvent, TraceContextHint, http_status};
use crate::engine::propagation::{tracecontext::TRACEPARENT, tracestate::TRACESTATE};
use crate::engine::span::{self, Attributes, Facts, Source};
use crate::engine::text::{Out, part};

/// `SPAN_KIND_CLIENT`.
const KIND_CLIENT: &str = "3";
/// `STATUS_CODE_ERROR`.
const STATUS_ERROR: &str = "2";

/// A list of `{"key":…,"value":{…}}`.
struct KeyValues<'a> {
    out: &'a mut Out,
    first: bool,
}

impl<'a> KeyValues<'a> {
    fn open(out: &'a mut Out) -> Self {
        out.ascii(b'[');
        Self { out, first: true }
    }

    fn close(self) {
        self.out.ascii(b']');
    }

    /// Everything up to the value; its type's name among it.
    #[inline(never)]
    fn begin(&mut self, key: &str, kind: &str) -> &mut Out {
        self.out.str(if self.first { "{\"key\":\"" } else { ",{\"key\":\"" });
        self.first = false;
        for part in [key, "\",\"value\":{\"", kind, "Value\":"] {
            self.out.str(part);
        }
        self.out
    }
}

impl Attributes for KeyValues<'_> {
    #[inline(never)]
    fn text(&mut self, key: &'static str, value: &str) {
        string(self.begin(key, "string"), value);
        self.out.str("}}");
    }

    #[inline(never)]
    fn integer(&mut self, key: &'static str, value: f64) {
        let out = self.begin(key, "int");
        out.ascii(b'"');
        out.decimal(value.floor());
        out.str("\"}}");
    }

    fn number(&mut self, key: &'static str, value: f64) {
        self.begin(key, "double").decimal(value);
        self.out.str("}}");
    }

    fn flag(&mut self, key: &'static str) {
        self.begin(key, "bool").str("true}}");
    }
}

/// Writes one span; nothing where the event has no recorded trace.
pub fn span(out: &mut Out, event: &ResourceEvent<'_>, context: &Context, scene: &Scene) {
    let Some(ids) = event.context.filter(|ids| ids.sampled) else { return };
    let timing = &event.timing;
    let known = |value: f64| (value > 0.0).then_some(value);
    let facts = Facts {
        method: event.method,
        url: event.url.as_str(),
        status: http_status(event.status_code),
        outcome: event.outcome,
        success: match event.success.as_bytes() {
            [b'1'] => Some(true),
            [b'0'] => Some(false),
            _ => None,
        },
        message: if event.own_message { event.message } else { "" },
        protocol: timing.protocol,
        size: known(timing.size),
        transfer_size: known(timing.transfer),
        delivery_type: timing.delivery,
        server_timing_hint: event.server.hint.name(),
        server_timing_trace_id: event.server.trace.as_str(),
        incomplete: event.incomplete,
        phases: std::array::from_fn(|at| timing.phases.get(at).copied().and_then(known)),
        user: context.user.as_str(),
        session: scene.session.as_str(),
        view_id: scene.view.id.as_str(),
        view_name: &scene.view.name,
        event_id: event.id.as_str(),
        kind: event.kind,
        network: &context.network,
        trace_context_hint: event.hint.map_or("", TraceContextHint::name),
        ..Facts::default()
    };
    let mut json = Object::open(out);
    hex(json.key("traceId"), &ids.trace);
    let mut span = Out::new();
    span.hex(&ids.span);
    json.text("spanId", span.as_str());
    for (name, value) in event.headers.headers() {
        if name == TRACESTATE {
            json.text("traceState", value);
        }
        if name == TRACEPARENT && part(value, 36, 52) != span.as_str() {
            // The application's own header: its span is our parent.
            json.text("parentSpanId", part(value, 36, 52));
        }
    }
    json.raw("flags", "1");
    let mut name = Out::new();
    name.str(span::prefix(context.app));
    name.str(event.name);
    json.text("name", name.as_str());
    json.raw("kind", KIND_CLIENT);
    nanos(json.key("startTimeUnixNano"), event.timestamp);
    nanos(json.key("endTimeUnixNano"), event.timestamp + event.duration.max(0.0));
    let mut list = KeyValues::open(json.key("attributes"));
    span::request(&facts, &mut list);
    // Other attributes stand before them.
    if !event.properties.is_empty() {
        list.out.ascii(b',');
        pairs(list.out, event.properties, true);
    }
    list.close();
    if let Some(message) = span::error(&facts, event.message) {
        let mut status = Object::open(json.key("status"));
        status.raw("code", STATUS_ERROR);
        status.text_if("message", message);
        status.close();
    }
    json.close();
}

/// Writes what stands before a batch's first span.
pub fn head(out: &mut Out, config: &Config, context: &Context) {
    out.str("{\"resourceSpans\":[{\"resource\":{\"attributes\":");
    let mut list = KeyValues::open(out);
    let source =
        Source { app: context.app, name: &config.service, id: &config.pid, env: &config.env, version: &config.version };
    span::resource(&source, &mut list);
    list.close();
    out.str("},\"scopeSpans\":[{\"spans\":[");
}

/// Writes what stands after a batch's last span: the scope, whose attributes count what was dropped.
pub fn tail(out: &mut Out, dropped: &Dropped) {
    out.str("],\"scope\":{\"name\":\"tracebeam\",\"version\":\"");
    out.str(env!("CARGO_PKG_VERSION"));
    out.str("\",\"attributes\":");
    let mut list = KeyValues::open(out);
    for (reason, count) in REASONS.iter().zip(dropped) {
        if *count > 0 {
            list.integer(reason, f64::from(*count));
        }
    }
    list.close();
    out.str("}}]}]}");
}

fn hex(out: &mut Out, bytes: &[u8]) {
    out.ascii(b'"');
    out.hex(bytes);
    out.ascii(b'"');
}

fn nanos(out: &mut Out, ms: f64) {
    out.ascii(b'"');
    out.nanos(ms);
    out.ascii(b'"');
}
