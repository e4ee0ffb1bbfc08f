//! Spans of pages that run OpenTelemetry JS become events.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::{collections::BTreeMap, sync::Arc};

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use support::{Gateway, SPAN, TRACE, settings, table, with_origins};
use tracebeam_gateway::{rules::Live, settings::Settings};

const START_NS: u64 = 1_790_000_000_000_000_000;

#[derive(Deserialize)]
struct Rows {
    span: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    why: String,
    scope: String,
    name: String,
    attributes: Map<String, Value>,
    resource: Map<String, Value>,
    #[serde(default)]
    moments: BTreeMap<String, f64>,
    event: Option<Map<String, Value>>,
}

fn attributes(map: &Map<String, Value>) -> Value {
    let value = |value: &Value| match value {
        Value::String(text) => json!({"stringValue": text}),
        value => json!({"intValue": value}),
    };
    map.iter().map(|(key, given)| json!({"key": key, "value": value(given)})).collect()
}

fn export(row: &Row) -> String {
    let at = |ms: f64| (START_NS + (ms * 1e6) as u64).to_string();
    let moments = row.moments.iter().map(|(name, ms)| json!({"name": name, "timeUnixNano": at(*ms)}));
    let span = json!({
        "traceId": TRACE, "spanId": SPAN, "name": row.name, "kind": 3, "attributes": attributes(&row.attributes),
        "startTimeUnixNano": at(0.0), "endTimeUnixNano": at(12.0), "events": moments.collect::<Value>(),
    });
    let scope = json!({"name": row.scope, "version": "9.9"});
    json!({"resourceSpans": [{
        "resource": {"attributes": attributes(&row.resource)}, "scopeSpans": [{"scope": scope, "spans": [span]}],
    }]})
    .to_string()
}

#[tokio::test]
async fn requests_of_pages_become_events() {
    for row in table::<Rows>("page_spans.toml").span {
        let gateway = Gateway::start().await;
        for _ in 0..2 {
            let answer = gateway.post("/v1/traces", "application/json", export(&row)).await;
            assert_eq!(answer.text().await.unwrap(), "{}", "{}", row.why);
        }
        let events = gateway.events().await;
        assert_eq!(events.len(), usize::from(row.event.is_some()), "once, though it was sent twice: {}", row.why);
        assert_eq!(gateway.trace(TRACE).await["spans"].as_array().unwrap().len(), 1, "the span stays: {}", row.why);
        for (pointer, expected) in row.event.iter().flatten() {
            let value = events[0].pointer(pointer).filter(|value| !value.is_null()).cloned().unwrap_or(json!(""));
            assert_eq!(&value, expected, "{}: {pointer} of {}", row.why, events[0]);
        }
        if let Some(event) = events.first() {
            assert_eq!((&event["trace_id"], &event["span_id"]), (&json!(TRACE), &json!(SPAN)), "{}", row.why);
            assert_eq!(event["client_address"], Value::Null, "a service passes on what it was told");
        }
        gateway.stop().await;
    }
}

#[tokio::test]
async fn a_page_may_send_spans_of_the_service_that_is_its_application() {
    let gateway = Gateway::start_as(with_origins(&["web=https://shop.example"])).await;
    let rows = table::<Rows>("page_spans.toml").span;
    let send = |origin: &'static str| {
        let request = gateway.request(Method::POST, "/v1/traces").header("content-type", "application/json");
        request.header("origin", origin).body(export(&rows[0])).send()
    };
    assert_eq!(send("https://evil.example").await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(send("https://shop.example").await.unwrap().status(), StatusCode::OK);
    let events = gateway.events().await;
    assert_eq!((&events[0]["app"]["id"], &events[0]["client_address"]), (&json!("web"), &json!("127.0.0.1")));
}

#[tokio::test]
async fn events_of_spans_count_towards_the_bound_of_a_request() {
    let gateway = Gateway::start().await;
    let mut row = table::<Rows>("page_spans.toml").span.swap_remove(0);
    row.moments.clear();
    // Each event says once more what all spans share.
    for key in ["session.id", "user.id", "view.id", "service.name", "service.version", "rum.app.id"] {
        row.attributes.remove(key);
        row.resource.insert(key.to_owned(), "x".repeat(1_000).into());
    }
    let mut request: Value = serde_json::from_str(&export(&row)).unwrap();
    let spans = &mut request["resourceSpans"][0]["scopeSpans"][0]["spans"];
    let span = spans[0].take();
    *spans = (1..=1_500)
        .map(|id| {
            let mut span = span.clone();
            span["spanId"] = format!("{id:016x}").into();
            span
        })
        .collect();
    let answer = gateway.post("/v1/traces", "application/json", request.to_string()).await;
    let text = answer.text().await.unwrap();
    assert!(text.contains("rejectedSpans") && text.contains("too large when it is unpacked"), "{text}");
    assert_eq!(gateway.counter("events_stored").await, gateway.counter("spans_stored").await);
}

#[tokio::test]
async fn rules_hold_for_the_event_of_a_span_too() {
    // Only the event has this name; its span is called `GET`.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "[[rule]]\nwhen.name = '^/api/orders/'\ndrop = true").unwrap();
    let rules = Arc::new(Live::open(file.path()).unwrap());
    let gateway = Gateway::start_as(Settings { rules, ..settings() }).await;
    let rows = table::<Rows>("page_spans.toml").span;
    gateway.post("/v1/traces", "application/json", export(&rows[0])).await;
    assert!(gateway.events().await.is_empty() && gateway.traces().await.is_empty());
    assert_eq!(gateway.counter("spans_dropped_by_rules").await, 1, "counted once");
}
