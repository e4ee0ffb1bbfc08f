//! A gateway that forwards, and what is sent to it.
#![allow(dead_code)]

use std::{path::Path, time::Duration};

use serde_json::{Value, json};
use tracebeam_gateway::{
    forward::settings::{Forwarding, Pace},
    settings::Settings,
};

use crate::support::{Gateway, SPAN, TRACE, bundle, event, settings};

/// Retries without pauses that a test would wait for.
pub fn pace() -> Pace {
    Pace {
        answer: Duration::from_secs(20),
        first_retry: Duration::from_millis(1),
        longest_retry: Duration::from_millis(5),
    }
}

pub fn forwarding(url: &str, spool: &Path) -> Forwarding {
    Forwarding { pace: pace(), ..Forwarding::new(url.parse().unwrap(), spool.to_owned()) }
}

pub async fn start(forwarding: Forwarding) -> Gateway {
    Gateway::start_as(Settings { forward: Some(forwarding), ..settings() }).await
}

/// A bundle with one span of this name.
pub fn named(name: &str) -> Value {
    bundle(json!([event(name, json!({"name": name, "timestamp": 1_790_000_000_000.0 + f64::from(checksum(name))}))]))
}

/// Gives each name a start of its own, since a span is recognised by that too.
pub fn checksum(name: &str) -> u8 {
    name.bytes().fold(0, u8::wrapping_add)
}

/// A backend's span.
pub fn export(name: &str, changes: Value) -> String {
    let mut span = json!({
        "traceId": TRACE, "spanId": "22".repeat(8), "parentSpanId": SPAN, "name": name, "kind": 2,
        "startTimeUnixNano": "1790000000001000001", "endTimeUnixNano": "1790000000002000002",
    });
    for (key, value) in changes.as_object().unwrap() {
        span[key] = value.clone();
    }
    json!({"resourceSpans": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]},
        "scopeSpans": [{"scope": {"name": "lib", "version": "1"}, "spans": [span]}],
    }]})
    .to_string()
}
