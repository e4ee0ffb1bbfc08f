//! The RUM bundle: what all events share said once, then the events. The shape is the vendor's
//! published one (`spec.md` part 3); `docs/events.md` lists every field.

use super::writer::Writer;
use crate::engine::config::Config;
use crate::engine::context::{Context, Scene};
use crate::engine::dropped::Dropped;
use crate::engine::event::{Fields, ResourceEvent, ServerTiming, shared};
use crate::engine::propagation::{Carrier, SpanContext};
use crate::engine::text::Out;

/// What a bundle says of an event beside what a span says, too.
pub struct Extras<'a> {
    /// The ids of its span, a child of the application's where `headers` name another; `None` where no context went out.
    pub context: Option<&'a SpanContext>,
    /// The headers that went out.
    pub headers: &'a Carrier,
    /// `tracing.sample`, per cent.
    pub sample: f64,
    /// What the Server-Timing header says.
    pub server: &'a ServerTiming<'a>,
    /// Whether it is unknown that the request reached a server.
    pub lost: bool,
    /// Whether the event's session and view are not the batch's.
    pub elsewhere: bool,
    /// What the application adds: the last part of [`Said`](crate::engine::event::Said).
    pub properties: &'a str,
}

/// Writes one resource event.
pub fn resource(out: &mut Out, event: &ResourceEvent<'_>, extras: &Extras<'_>) {
    out.str("{\"event_type\":\"resource\",\"times\":1");
    let mut json = Writer::object(out);
    json.string("event_id", event.id);
    json.key("timestamp").decimal(event.timestamp);
    json.string("name", event.name);
    json.string("url", event.url);
    json.text("redirected_url", event.redirected);
    if !event.status_code.is_empty() {
        json.raw("status_code", event.status_code);
    }
    json.raw("success", event.success);
    json.text("message", event.message);
    json.flag("own_message", event.own_message);
    json.key("duration").decimal(event.duration);
    shared(event, &mut json);
    json.text("protocol", event.timing.protocol);
    json.text("server_timing_sampling", extras.server.sampling);
    json.text("server_timing_response_id", extras.server.response);
    if let Some(context) = extras.context {
        let id = json.key("trace_id");
        id.ascii(b'"');
        id.hex(&context.trace);
        id.ascii(b'"');
        json.string("trace_data", trace_data(context, extras).as_str());
        if extras.lost {
            json.text("reached_server", "unknown");
        }
    } else {
        // No trace context went out: the trace is the one that the server named.
        json.text("trace_id", event.server_trace);
    }
    if extras.elsewhere {
        json.string("session_id", event.session);
        write_view(&mut json, event.view_id, event.view_name);
    }
    if !extras.properties.is_empty() {
        json.raw("properties", "{");
        json.pairs(extras.properties);
        out.ascii(b'}');
    }
    out.ascii(b'}');
}

fn write_view(json: &mut Writer<'_>, id: &str, name: &str) {
    json.raw("view", "{");
    json.string("id", id);
    // In a mini-program no page is on show yet while `app.js` runs.
    json.text("name", name);
    json.close();
}

/// The vendor's `trace_data`: JSON inside a JSON string.
fn trace_data(context: &SpanContext, extras: &Extras<'_>) -> Out {
    let mut out = Out::new();
    out.str("{\"spanId\":\"");
    out.hex(&context.span);
    out.str("\",\"sample\":");
    out.decimal(extras.sample);
    out.str(if context.sampled { ",\"sampled\":true,\"headers\":{" } else { ",\"sampled\":false,\"headers\":{" });
    let mut headers = Writer::object(&mut out);
    for (name, value) in extras.headers.headers() {
        headers.string(name, value);
    }
    out.str("}}");
    out
}

/// Writes what stands before a bundle's first event, which happened in `scene`: what all of its events share.
pub fn head(out: &mut Out, config: &Config, context: &Context, scene: &Scene) {
    out.str("{\"app\":{");
    let mut json = Writer::object(out);
    json.string("id", &config.pid);
    json.string("env", &config.env);
    json.text("version", &config.version);
    json.string("type", context.app.name());
    json.members(&config.app);
    json.raw("user", "{");
    json.string("id", context.user.as_str());
    json.members(&config.user);
    json.raw("session", "{");
    json.string("id", scene.session.as_str());
    json.close();
    if !config.properties.is_empty() {
        json.raw("properties", "{");
        json.members(&config.properties);
    }
    json.raw("net", "{");
    json.text("model", &context.network);
    json.close();
    write_view(&mut json, scene.view.id.as_str(), &scene.view.name);
    json.string("_v", env!("CARGO_PKG_VERSION"));
    json.raw("events", "[");
}

/// Writes what stands after a bundle's last event: how many events were dropped since the last bundle, by reason.
pub fn tail(out: &mut Out, dropped: &Dropped) {
    out.str("]");
    if dropped.iter().any(|count| *count > 0) {
        out.str(",\"dropped\":{");
        Writer::object(out).dropped(dropped);
        out.ascii(b'}');
    }
    out.ascii(b'}');
}
