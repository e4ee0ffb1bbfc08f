//! The RUM bundle: what all events share said once, then the events. The shape is the vendor's
//! published one (`spec.md` part 3); `docs/events.md` lists every field.

use super::json::{Object, pairs, string};
use crate::engine::config::Config;
use crate::engine::context::{Context, Scene};
use crate::engine::dropped::{Dropped, REASON, REASONS};
use crate::engine::event::{Outcome, PHASES, ResourceEvent, TraceContextHint};
use crate::engine::text::{Out, from};

/// Writes one resource event.
pub fn resource(out: &mut Out, event: &ResourceEvent<'_>, sample: f64) {
    let mut json = Object::open(out);
    json.raw("event_type", "\"resource\"");
    json.text("event_id", event.id.as_str());
    json.number("timestamp", event.timestamp);
    json.raw("times", "1");
    json.text("type", event.kind);
    json.text("name", event.name);
    json.text("url", event.url.as_str());
    json.text_if("redirected_url", event.redirected.as_str());
    json.text_if("method", event.method);
    if !event.status_code.is_empty() {
        json.raw("status_code", event.status_code);
    }
    json.raw("success", event.success);
    json.text_if("message", event.message);
    if event.own_message {
        json.raw("own_message", "true");
    }
    json.number("duration", event.duration);
    if event.incomplete {
        json.raw("incomplete", "true");
    }
    let timing = &event.timing;
    for (name, phase) in PHASES.iter().zip(timing.phases) {
        if phase > 0.0 {
            json.number(name, phase);
        }
    }
    if timing.size + timing.transfer > 0.0 {
        json.number("size", timing.size);
        json.number("transfer_size", timing.transfer);
    }
    json.text_if("protocol", timing.protocol);
    json.text_if("delivery_type", timing.delivery);
    json.text_if("outcome", event.outcome.map_or("", Outcome::name));
    json.text_if("trace_context_hint", event.hint.map_or("", TraceContextHint::name));
    json.text("server_timing_hint", event.server.hint.name());
    json.text_if("server_timing_trace_id", event.server.trace.as_str());
    json.text_if("server_timing_sampling", event.server.sampling);
    json.text_if("server_timing_response_id", event.server.response);
    if let Some(context) = &event.context {
        let id = json.key("trace_id");
        id.ascii(b'"');
        id.hex(&context.trace);
        id.ascii(b'"');
        json.text("trace_data", trace_data(event, sample).as_str());
        // Without an answer, and unless the caller gave up, it is unknown whether the request reached a server.
        if event.status == 0 && event.outcome != Some(Outcome::Abort) {
            json.raw("reached_server", "\"unknown\"");
        }
    } else {
        // No trace context went out: the trace is the one that the server named.
        json.text_if("trace_id", event.server.trace.as_str());
    }
    if let Some(session) = event.session {
        json.text("session_id", session);
    }
    if let Some(view) = event.view {
        write_view(&mut json, view);
    }
    if !event.properties.is_empty() {
        let out = json.key("properties");
        out.ascii(b'{');
        pairs(out, event.properties, false);
        out.ascii(b'}');
    }
    json.close();
}

fn write_view(json: &mut Object<'_>, (id, name): (&str, &str)) {
    let mut view = Object::open(json.key("view"));
    view.text("id", id);
    // In a mini-program no page is on show yet while `app.js` runs.
    view.text_if("name", name);
    view.close();
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

/// Writes what stands before a bundle's first event, which happened in `scene`: what all of its events share.
pub fn head(out: &mut Out, config: &Config, context: &Context, scene: &Scene) {
    let mut json = Object::open(out);
    let mut app = Object::open(json.key("app"));
    app.text("id", &config.pid);
    app.text("env", &config.env);
    app.text_if("version", &config.version);
    app.text("type", context.app.name());
    app.members(&config.app);
    app.close();
    for (key, id, more) in [("user", &context.user, &config.user), ("session", &scene.session, &Out::new())] {
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
    write_view(&mut json, (scene.view.id.as_str(), &scene.view.name));
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
