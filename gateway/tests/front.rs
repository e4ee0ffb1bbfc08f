//! What a gateway that forwards passes on, and one that keeps nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/forwarding.rs"]
mod forwarding;
#[path = "support/receiver.rs"]
mod receiver;
mod support;

use axum::http::HeaderMap;
use forwarding::{export, forwarding, named, start};
use opentelemetry_proto::tonic::trace::v1::Span;
use receiver::Receiver;
use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{Gateway, TRACE, bundle, event, settings};
use tracebeam_gateway::{forward::settings::Forwarding, settings::Settings, store::Store};

fn attribute(span: &Span, key: &str) -> String {
    let entry = span.attributes.iter().find(|entry| entry.key == key).unwrap_or_else(|| panic!("no {key}"));
    format!("{:?}", entry.value.as_ref().unwrap().value.as_ref().unwrap())
}

/// Both protocols say the same: spans of pages with our mapping, spans of services as they came.
#[tokio::test]
async fn spans_of_pages_and_services_arrive_as_they_would_be_stored() {
    for (receiver, scheme) in [(Receiver::http([]).await, "http"), (Receiver::grpc([]).await, "grpc")] {
        let directory = tempfile::tempdir().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer one".parse().unwrap());
        let gateway = start(Forwarding { headers, ..forwarding(&receiver.url(scheme), directory.path()) }).await;
        let page = event("a", json!({"properties": {"cart": 3, "price": 1.5, "gold": true}}));
        assert_eq!(gateway.send(&bundle(json!([page]))).await, StatusCode::NO_CONTENT);
        let service = export(
            "GET /orders",
            json!({
                "status": {"code": 2, "message": "broken"}, "traceState": "a=b",
                "attributes": [
                    {"key": "http.request.header.authorization", "value": {"stringValue": "secret"}},
                    {"key": "list", "value": {"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "x"}]}}},
                    {"key": "float", "value": {"doubleValue": 2.0}},
                ],
                "events": [{"timeUnixNano": "1790000000001500000", "name": "e", "attributes": []}],
                "links": [{"traceId": "33".repeat(16), "spanId": "44".repeat(8)}],
            }),
        );
        let answer = gateway.post("/v1/traces", "application/json", service).await;
        assert_eq!(answer.status(), StatusCode::OK);
        receiver.taken.wait(2).await;

        let spans = receiver.taken.spans.lock().unwrap().clone();
        let by_kind = |kind: i32| spans.iter().find(|(_, span)| span.kind == kind).unwrap();
        let (service, span) = by_kind(3);
        assert!(!service.is_empty());
        assert_eq!((span.trace_id.len(), span.span_id.len(), span.parent_span_id.len()), (16, 8, 0));
        assert_eq!(span.start_time_unix_nano, 1_790_000_000_000_250_000);
        assert_eq!(span.end_time_unix_nano, 1_790_000_000_012_750_000);
        assert_eq!(attribute(span, "http.response.status_code"), "IntValue(200)");
        assert_eq!(attribute(span, "rum.properties.cart"), "DoubleValue(3.0)");
        assert_eq!(attribute(span, "rum.properties.price"), "DoubleValue(1.5)");
        assert_eq!(attribute(span, "rum.properties.gold"), "BoolValue(true)");
        assert!(span.trace_state.starts_with("rum=v2&browser"));

        let (service, span) = by_kind(2);
        assert!(service.contains("\"shop\""), "{service}");
        assert_eq!((span.name.as_str(), span.trace_state.as_str()), ("GET /orders", "a=b"));
        assert_eq!(span.start_time_unix_nano, 1_790_000_000_001_000_001, "to the nanosecond");
        assert_eq!(attribute(span, "http.request.header.authorization"), "StringValue(\"REDACTED\")");
        assert_eq!(attribute(span, "float"), "DoubleValue(2.0)");
        assert!(attribute(span, "list").contains("IntValue(1)"));
        let status = span.status.as_ref().unwrap();
        assert_eq!((status.code, status.message.as_str()), (2, "broken"));
        assert_eq!((span.events[0].name.as_str(), span.events[0].time_unix_nano), ("e", 1_790_000_000_001_500_000));
        assert_eq!(span.links[0].trace_id, [0x33; 16]);

        let headers = receiver.taken.headers.lock().unwrap()[0].clone();
        assert_eq!(headers["authorization"], "Bearer one");
        if scheme == "grpc" {
            // A Collector answers a compressed request compressed, whether the client says that it reads that or not.
            let accepted = headers["grpc-accept-encoding"].to_str().unwrap();
            assert!(accepted.contains("gzip"), "{accepted}");
        }
        assert!(headers["user-agent"].to_str().unwrap().starts_with("tracebeam-gateway/"), "{headers:?}");
        while gateway.metric("spool_bytes").await > 0 {}
        assert_eq!(gateway.metric("forward_spans_total{result=\"delivered\"}").await, 2);
        gateway.stop().await;
    }
}

#[tokio::test]
async fn a_front_without_a_store_says_why_it_shows_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([]).await;
    let forward = forwarding(&receiver.url("http"), directory.path());
    let gateway = Gateway::start_on_as(Store::none(), Settings { forward: Some(forward), ..settings() }).await;
    assert_eq!(gateway.send(&named("a")).await, StatusCode::NO_CONTENT);
    receiver.taken.wait(1).await;
    let lists =
        "/ /api/requests /api/requests/1 /api/events /api/traces /api/sessions /api/topology /api/facets /api/live";
    for path in lists.split(' ').chain([format!("/api/traces/{TRACE}").as_str(), "/api/sessions/s"]) {
        let answer = gateway.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text().await.unwrap().contains("--store none"), "{path}");
    }
    let ready = || async { gateway.request(Method::GET, "/readyz").send().await.unwrap().status() };
    assert_eq!(ready().await, StatusCode::OK);
    // A directory in the place of the file that is written to find out.
    std::fs::create_dir(directory.path().join("probe")).unwrap();
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
    std::fs::remove_dir(directory.path().join("probe")).unwrap();
    assert_eq!(ready().await, StatusCode::OK);
    assert_eq!(gateway.counter("events_stored").await, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn two_gateways_do_not_share_a_spool() {
    let directory = tempfile::tempdir().unwrap();
    let gateway = start(forwarding("http://127.0.0.1:9", directory.path())).await;
    // Its spool is open once it answers.
    gateway.events().await;
    let other = support::Program::command()
        .args(["--listen", "127.0.0.1:0", "--forward", "http://127.0.0.1:9", "--spool"])
        .arg(directory.path())
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(1));
    let text = String::from_utf8(other.stderr).unwrap();
    assert!(text.contains("another gateway uses this directory"), "{text}");
    gateway.stop().await;
}
