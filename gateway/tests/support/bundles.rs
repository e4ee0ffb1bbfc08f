//! Bundles as an agent sends them.

use serde_json::{Value, json};

pub const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
pub const SPAN: &str = "b7ad6b7169203331";

/// A bundle with these events.
pub fn bundle(events: Value) -> Value {
    json!({
        "app": {"id": "demo", "env": "local", "version": "1.0.0", "type": "browser"},
        "user": {"id": "uid_1"}, "session": {"id": "session-1"}, "net": {"model": "4g"},
        "view": {"id": "view-1", "name": "/index.html"}, "_v": "0.1.0",
        "events": events,
    })
}

/// A traced request; `changes` replaces or adds fields.
pub fn event(id: &str, changes: Value) -> Value {
    let mut event = json!({
        "event_type": "resource", "event_id": id, "timestamp": 1_790_000_000_000.25, "times": 1,
        "type": "fetch", "name": "/api/orders/{id}", "url": "http://127.0.0.1:7710/api/orders/1", "method": "GET",
        "status_code": 200, "success": 1, "message": "OK", "duration": 12.5, "outcome": "ok",
        "trace_id": TRACE, "traceparent": format!("00-{TRACE}-{SPAN}-01"), "tracestate": "rum=v2&browser&demo&session-1",
        "trace_context_hint": "set", "server_timing_hint": "not_available", "protocol": "h2",
    });
    for (key, value) in changes.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}
