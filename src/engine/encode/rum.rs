//! The RUM bundle: what all events share said once, then the events. The shape is the vendor's
//! published one (`spec.md` part 3); `docs/events.md` lists every field.

use super::json::{Object, string};
use crate::engine::config::Config;
use crate::engine::context::Context;
use crate::engine::dropped::{Dropped, REASON, REASONS};
use crate::engine::event::ResourceEvent;
use crate::engine::propagation::{tracecontext::TRACEPARENT, tracestate::TRACESTATE};
use crate::engine::text::{Out, from};

/// Writes one resource event.
pub fn resource(out: &mut Out, event: &ResourceEvent<'_>, sample: f64) {
    let mut json = Object::open(out);
    json.raw("event_type", "\"resource\"");
    json.text("event_id", event.id.as_str());
    json.number("timestamp", event.timestamp);
    json.raw("times", "1");
    json.text("type", event.kind.name());
    json.text("name", event.name);
    json.text("url", event.url.as_str());
    json.text("method", event.method);
    if event.status > 0 {
        json.key("status_code").u32(event.status);
    }
    json.raw("success", event.outcome.success());
    json.text_if("message", event.message);
    json.number("duration", event.duration);
    json.text("outcome", event.outcome.name());
    json.text("trace_context_hint", event.hint.name());
    if let Some(context) = &event.context {
        let id = json.key("trace_id");
        id.ascii(b'"');
        id.hex(&context.trace);
        id.ascii(b'"');
        json.text("trace_data", trace_data(event, sample).as_str());
        for (name, value) in event.headers.headers() {
            if name == TRACEPARENT || name == TRACESTATE {
                json.text(name, value);
            }
        }
    }
    json.close();
}

/// The vendor's `trace_data`: JSON inside a JSON string.
fn trace_data(event: &ResourceEvent<'_>, sample: f64) -> Out {
    let mut out = Out::new();
    let mut json = Object::open(&mut out);
    if let Some(context) = &event.context {
        let span = json.key("spanId");
        span.ascii(b'"');
        span.hex(&context.span);
        span.ascii(b'"');
        json.number("sample", sample);
        json.raw("sampled", if context.sampled { "true" } else { "false" });
        let mut headers = Object::open(json.key("headers"));
        for (name, value) in event.headers.headers() {
            headers.text(name, value);
        }
        headers.close();
    }
    json.close();
    out
}

/// Writes what stands before a bundle's first event: what all of its events share.
pub fn head(out: &mut Out, config: &Config, context: &Context) {
    let mut json = Object::open(out);
    let mut app = Object::open(json.key("app"));
    app.text("id", &config.pid);
    app.text("env", &config.env);
    app.text_if("version", &config.version);
    app.text("type", context.app.name());
    app.members(&config.app);
    app.close();
    for (key, id, more) in [("user", &context.user, &config.user), ("session", &context.session, &Out::new())] {
        let mut object = Object::open(json.key(key));
        object.text("id", id.as_str());
        object.members(more);
        object.close();
    }
    if !config.properties.is_empty() {
        let out = json.key("properties");
        out.ascii(b'{');
        out.str(from(config.properties.as_str(), 1));
        out.ascii(b'}');
    }
    let mut net = Object::open(json.key("net"));
    net.text_if("model", &context.network);
    net.close();
    let mut view = Object::open(json.key("view"));
    view.text("id", context.view.id.as_str());
    view.text("name", &context.view.name);
    view.close();
    string(json.key("_v"), env!("CARGO_PKG_VERSION"));
    json.raw("events", "[");
}

/// Writes what stands after a bundle's last event: how many events were dropped since the last bundle, by reason.
pub fn tail(out: &mut Out, dropped: &Dropped) {
    out.ascii(b']');
    if dropped.iter().any(|count| *count > 0) {
        out.str(",\"dropped\":");
        let mut json = Object::open(out);
        for (reason, count) in REASONS.iter().zip(dropped) {
            if *count > 0 {
                json.key(from(reason, REASON)).u32(*count);
            }
        }
        json.close();
    }
    out.ascii(b'}');
}
