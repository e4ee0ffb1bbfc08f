//! OTLP/HTTP JSON, as strict collectors take it: ids in lower-case hex, enums and flags as integers, 64-bit
//! integers as decimal strings, camelCase, no nulls and no NaN. One bad value costs the whole batch,
//! so each is checked where it is written ([`Writer`]).
//!
//! <https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding>

use super::writer::Writer;
use crate::engine::config::Config;
use crate::engine::context::Context;
use crate::engine::dropped::Dropped;
use crate::engine::event::{Fields, ResourceEvent};
use crate::engine::propagation::{Carrier, SpanContext, tracecontext::TRACEPARENT, tracestate::TRACESTATE};
use crate::engine::span::{self, Sender, Source};
use crate::engine::text::{Out, part};

/// `SPAN_KIND_CLIENT`.
const KIND_CLIENT: &str = "3";
/// `STATUS_CODE_ERROR`.
const STATUS_ERROR: &str = "2";

/// Writes the span of these ids.
pub fn span(
    out: &mut Out,
    event: &ResourceEvent<'_>,
    ids: &SpanContext,
    headers: &Carrier,
    context: &Context,
    properties: &str,
) {
    let mut span = Out::new();
    span.hex(&ids.span);
    out.str("{\"traceId\":\"");
    out.hex(&ids.trace);
    out.str("\",\"flags\":1,\"kind\":");
    out.str(KIND_CLIENT);
    let mut json = Writer::object(out);
    json.string("spanId", span.as_str());
    for (name, value) in headers.headers() {
        if name == TRACESTATE {
            json.string("traceState", value);
        }
        if name == TRACEPARENT && part(value, 36, 52) != span.as_str() {
            // The application's own header: its span is our parent.
            json.string("parentSpanId", part(value, 36, 52));
        }
    }
    let mut name = Out::new();
    name.str(span::prefix(context.app));
    name.str(event.name);
    json.string("name", name.as_str());
    for (key, time) in
        [("startTimeUnixNano", event.timestamp), ("endTimeUnixNano", event.timestamp + event.duration.max(0.0))]
    {
        let out = json.key(key);
        out.ascii(b'"');
        out.nanos(time);
        out.ascii(b'"');
    }
    if let Some(message) = span::error(event) {
        json.raw("status", "{\"code\":");
        out.str(STATUS_ERROR);
        Writer::object(out).text("message", message);
        out.ascii(b'}');
    }
    out.str(",\"attributes\":[");
    let sender = Sender { user: context.user.as_str(), network: &context.network, ..Sender::default() };
    let mut attributes = Writer::spans(out);
    span::request(event, &sender, &mut attributes);
    attributes.pairs(properties);
    out.str("]}");
}

/// Writes what stands before a batch's first span.
pub fn head(out: &mut Out, config: &Config, context: &Context) {
    out.str("{\"resourceSpans\":[{\"resource\":{\"attributes\":[");
    let source =
        Source { app: context.app, name: &config.service, id: &config.pid, env: &config.env, version: &config.version };
    span::resource(&source, &mut Writer::spans(out));
    out.str("]},\"scopeSpans\":[{\"spans\":[");
}

/// Writes what stands after a batch's last span: the scope, whose attributes count what was dropped.
pub fn tail(out: &mut Out, dropped: &Dropped) {
    out.str("],\"scope\":{\"name\":\"tracebeam\",\"version\":\"");
    out.str(env!("CARGO_PKG_VERSION"));
    out.str("\",\"attributes\":[");
    Writer::spans(out).dropped(dropped);
    out.str("]}}]}]}");
}
