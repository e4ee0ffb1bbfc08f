//! Spans as Zipkin's JSON, by its API description and OpenTelemetry's mapping.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/receiver.rs"]
mod receiver;
mod support;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use receiver::Receiver;
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Gateway, SPAN, TRACE, bundle, event, settings};
use tracebeam_gateway::{
    forward::{settings::Forwarding, zipkin},
    settings::Settings,
};

/// One span in Zipkin's form; `changes` are in OTLP's JSON.
fn zipkin_of(changes: Value) -> Value {
    let mut span = json!({
        "traceId": TRACE, "spanId": SPAN, "name": "n", "kind": 3,
        "startTimeUnixNano": "1790000000000250999", "endTimeUnixNano": "1790000000012750000",
    });
    for (key, value) in changes.as_object().unwrap() {
        span[key] = value.clone();
    }
    let request = json!({"resourceSpans": [{
        "resource": {"attributes": [
            {"key": "service.name", "value": {"stringValue": "shop"}},
            {"key": "service.version", "value": {"stringValue": "2"}},
        ]},
        "scopeSpans": [{"scope": {"name": "lib", "version": "1"}, "spans": [span]}],
    }]});
    let request: ExportTraceServiceRequest = serde_json::from_value(request).unwrap();
    zipkin::spans(&request)[0].clone()
}

fn attributes(list: &[(&str, Value)]) -> Value {
    let entry = |(key, value): &(&str, Value)| json!({"key": key, "value": value});
    json!({"attributes": list.iter().map(entry).collect::<Vec<_>>()})
}

#[test]
fn a_span_has_what_the_api_describes() {
    assert_eq!(
        zipkin_of(json!({"parentSpanId": "33".repeat(8)})),
        json!({
            "traceId": TRACE, "id": SPAN, "parentId": "33".repeat(8), "name": "n", "kind": "CLIENT",
            "timestamp": 1_790_000_000_000_250_u64, "duration": 12_499,
            "localEndpoint": {"serviceName": "shop"},
            "tags": {"service.version": "2", "otel.scope.name": "lib", "otel.scope.version": "1"},
        })
    );
}

#[test]
fn kinds_durations_statuses_and_tags() {
    let kinds = [1, 2, 3, 4, 5].map(|kind| zipkin_of(json!({"kind": kind}))["kind"].clone());
    assert_eq!(kinds, [json!(null), json!("SERVER"), json!("CLIENT"), json!("PRODUCER"), json!("CONSUMER")]);
    let short = zipkin_of(json!({"endTimeUnixNano": "1790000000000250999"}));
    assert_eq!(short["duration"], 1, "0 would mean unknown");
    assert!(short.get("parentId").is_none(), "a root has no parent");
    let failed = zipkin_of(json!({"status": {"code": 2, "message": "broken"}}));
    assert_eq!((&failed["tags"]["error"], &failed["tags"]["otel.status_code"]), (&json!("broken"), &json!("ERROR")));
    assert_eq!(zipkin_of(json!({"status": {"code": 1}}))["tags"]["otel.status_code"], "OK");
    let list = json!({"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "x"}]}});
    let values = [
        ("i", json!({"intValue": "7"})),
        ("b", json!({"boolValue": true})),
        ("d", json!({"doubleValue": 1.5})),
        ("l", list),
    ];
    let tags = zipkin_of(attributes(&values))["tags"].clone();
    assert_eq!([&tags["i"], &tags["b"], &tags["d"], &tags["l"]], ["7", "true", "1.5", "[1,\"x\"]"], "tags are texts");
    assert_eq!(zipkin_of(json!({"traceState": "a=b"}))["tags"]["w3c.tracestate"], "a=b");
    let event = json!({"timeUnixNano": "1790000000001500000", "name": "e", "attributes": attributes(&[("k", json!({"intValue": "1"}))])["attributes"]});
    let plain = json!({"timeUnixNano": "1790000000001500000", "name": "e"});
    assert_eq!(
        zipkin_of(json!({"events": [plain, event]}))["annotations"],
        json!([
            {"timestamp": 1_790_000_000_001_500_u64, "value": "e"},
            {"timestamp": 1_790_000_000_001_500_u64, "value": "{\"e\":{\"k\":1}}"},
        ])
    );
}

#[test]
fn the_other_side_is_an_address_or_a_name() {
    let text = |value: &str| json!({"stringValue": value});
    for (kind, list, endpoint) in [
        (
            3,
            vec![("server.address", text("api.example")), ("server.port", json!({"intValue": "443"}))],
            json!({"serviceName": "api.example", "port": 443}),
        ),
        (3, vec![("server.address", text("10.0.0.1"))], json!({"ipv4": "10.0.0.1"})),
        (
            3,
            vec![("network.peer.address", text("::1")), ("peer.service", text("cart"))],
            json!({"ipv6": "::1", "serviceName": "cart"}),
        ),
        (2, vec![("client.address", text("10.0.0.2")), ("server.address", text("own"))], json!({"ipv4": "10.0.0.2"})),
        (3, vec![("http.request.method", text("GET"))], json!(null)),
    ] {
        let mut changes = attributes(&list);
        changes["kind"] = json!(kind);
        assert_eq!(zipkin_of(changes)["remoteEndpoint"], endpoint, "{list:?}");
    }
}

/// B3 lets a server report under the client's id; Zipkin wants the server's half marked.
#[tokio::test]
async fn a_page_and_a_server_that_share_an_id_arrive_so() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([]).await;
    let target = receiver.url("zipkin+http").parse().unwrap();
    let forward = Forwarding::new(target, directory.path().to_owned());
    let gateway = Gateway::start_as(Settings { forward: Some(forward), ..settings() }).await;
    let server = json!({"resourceSpans": [{"scopeSpans": [{"spans": [
        {"traceId": TRACE, "spanId": SPAN, "name": "client", "kind": 3, "startTimeUnixNano": "1790000000000000000", "endTimeUnixNano": "1790000000001000000"},
        {"traceId": TRACE, "spanId": SPAN, "name": "server", "kind": 2, "startTimeUnixNano": "1790000000000100000", "endTimeUnixNano": "1790000000000900000"},
    ]}]}]});
    let answer = gateway.post("/v1/traces", "application/json", server.to_string()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(gateway.send(&bundle(json!([event("a", json!({}))]))).await, StatusCode::NO_CONTENT);
    receiver.taken.wait(3).await;
    let spans = receiver.taken.zipkin.lock().unwrap().clone();
    let shared: Vec<_> =
        spans.iter().map(|span| (span["kind"].as_str().unwrap(), span.get("shared").is_some())).collect();
    assert_eq!(shared, [("CLIENT", false), ("SERVER", true), ("CLIENT", false)]);
    assert_eq!(spans[2]["tags"]["http.response.status_code"], "200");
    assert_eq!(spans[2]["timestamp"], 1_790_000_000_000_250_u64);
    gateway.stop().await;
}
