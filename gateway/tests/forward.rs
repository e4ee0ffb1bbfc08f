//! Forwarding, to a receiver that refuses, hangs and dies: every span arrives, and arrives once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/receiver.rs"]
mod receiver;
mod support;

use std::{path::Path, time::Duration};

use axum::http::HeaderMap;
use opentelemetry_proto::tonic::trace::v1::Span;
use receiver::{Act, Receiver};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{Gateway, SPAN, TRACE, bundle, event, settings};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use tracebeam_gateway::{
    forward::settings::{Forwarding, Pace},
    settings::Settings,
    store::Store,
};

/// Retries without pauses that a test would wait for.
fn pace() -> Pace {
    Pace {
        answer: Duration::from_secs(20),
        first_retry: Duration::from_millis(1),
        longest_retry: Duration::from_millis(5),
    }
}

fn forwarding(url: &str, spool: &Path) -> Forwarding {
    Forwarding { pace: pace(), ..Forwarding::new(url.parse().unwrap(), spool.to_owned()) }
}

async fn start(forwarding: Forwarding) -> Gateway {
    Gateway::start_as(Settings { forward: Some(forwarding), ..settings() }).await
}

/// A bundle with one span of this name.
fn named(name: &str) -> Value {
    bundle(json!([event(name, json!({"name": name, "timestamp": 1_790_000_000_000.0 + f64::from(checksum(name))}))]))
}

/// Gives each name a start of its own, since a span is recognised by that too.
fn checksum(name: &str) -> u8 {
    name.bytes().fold(0, u8::wrapping_add)
}

/// A backend's span.
fn export(name: &str, changes: Value) -> String {
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
        assert_eq!(attribute(span, "rum.properties.cart"), "IntValue(3)");
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
async fn a_receiver_that_asks_to_come_again_gets_every_span_once() {
    let http = [
        Act::Answer(503, None),
        Act::Answer(429, Some("0")),
        Act::Answer(502, Some("Sun, 06 Nov 1994 08:49:37 GMT")),
        Act::Answer(504, None),
        Act::Answer(401, None),
        Act::Answer(404, None),
        Act::Answer(302, None),
        Act::Answer(500, None),
    ];
    let soon = ErrorDetails::with_retry_info(Some(Duration::ZERO));
    let grpc = [
        Act::Fail(Status::unavailable("busy")),
        Act::Fail(Status::aborted("")),
        Act::Fail(Status::with_error_details(Code::ResourceExhausted, "busy", soon)),
        Act::Fail(Status::unauthenticated("who are you")),
        Act::Fail(Status::internal("broken")),
    ];
    let kinds = [
        (&[
            "http_503",
            "http_429",
            "http_502",
            "http_504",
            "http_unauthorized",
            "http_not_found",
            "http_redirect",
            "http_5xx",
        ][..]),
        (&["grpc_unavailable", "grpc_aborted", "grpc_resource_exhausted", "grpc_unauthorized", "grpc_failed"][..]),
    ];
    let receivers = [(Receiver::http(http).await, "http"), (Receiver::grpc(grpc).await, "grpc")];
    for ((receiver, scheme), kinds) in receivers.into_iter().zip(kinds) {
        let directory = tempfile::tempdir().unwrap();
        let gateway = start(forwarding(&receiver.url(scheme), directory.path())).await;
        for name in ["a", "b"] {
            assert_eq!(gateway.send(&named(name)).await, StatusCode::NO_CONTENT);
        }
        receiver.taken.wait(2).await;
        while gateway.metric("spool_bytes").await > 0 {}
        assert_eq!(receiver.taken.names().len(), 2);
        for kind in kinds {
            assert_eq!(gateway.metric(&format!("forward_failures_total{{kind=\"{kind}\"}}")).await, 1, "{kind}");
        }
        gateway.stop().await;
    }
}

/// A batch that is refused is taken apart, until the one record is found that the receiver does not want.
#[tokio::test]
async fn one_bad_span_costs_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([Act::Answer(503, Some("1"))]).await;
    let gateway = start(forwarding(&receiver.url("http"), directory.path())).await;
    receiver.taken.refuse("bad");
    for number in 0..9 {
        let name = if number == 4 { "bad".to_owned() } else { format!("good{number}") };
        let answer = gateway
            .post("/v1/traces", "application/json", export(&name, json!({"spanId": format!("{:016x}", number + 1)})))
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    receiver.taken.wait(8).await;
    while gateway.metric("spool_bytes").await > 0 {}
    assert_eq!(
        receiver.taken.names(),
        (0..9).filter(|number| *number != 4).map(|number| format!("good{number}")).collect::<Vec<_>>()
    );
    assert_eq!(gateway.metric("forward_spans_total{result=\"refused\"}").await, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn partial_success_is_counted_and_not_repeated() {
    for (receiver, scheme) in
        [(Receiver::http([Act::Partial(1)]).await, "http"), (Receiver::grpc([Act::Partial(1)]).await, "grpc")]
    {
        let directory = tempfile::tempdir().unwrap();
        let gateway = start(forwarding(&receiver.url(scheme), directory.path())).await;
        gateway.send(&named("a")).await;
        while gateway.metric("forward_spans_total{result=\"rejected\"}").await < 1 {}
        assert_eq!(gateway.metric("forward_spans_total{result=\"delivered\"}").await, 0);
        while gateway.metric("spool_bytes").await > 0 {}
        assert_eq!(receiver.taken.names().len(), 1, "a receiver must not get it again");
        gateway.stop().await;
    }
}

/// Senders repeat what they got no answer for; the receiver sees it once. Also after a restart, as long as the spool
/// holds it.
#[tokio::test]
async fn what_a_sender_repeats_is_forwarded_once() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([]).await;
    let dead = Receiver::http([]).await;
    let address = dead.address.to_string();
    dead.die();
    let gateway = start(forwarding(&format!("http://{address}"), directory.path())).await;
    for _ in 0..2 {
        assert_eq!(gateway.send(&named("a")).await, StatusCode::NO_CONTENT);
    }
    let both = bundle(json!([
        event("a", json!({"name": "a", "timestamp": 1_790_000_000_097.0})),
        event("b", json!({"name": "b", "timestamp": 1_790_000_000_098.0})),
    ]));
    assert_eq!(gateway.send(&both).await, StatusCode::NO_CONTENT);
    assert_eq!(gateway.counter("forward_repeated").await, 2);
    gateway.stop().await;

    let gateway = start(forwarding(&receiver.url("http"), directory.path())).await;
    gateway.send(&named("a")).await;
    gateway.send(&named("c")).await;
    receiver.taken.wait(3).await;
    while gateway.metric("spool_bytes").await > 0 {}
    assert_eq!(receiver.taken.names().len(), 3);
    assert_eq!(gateway.counter("forward_repeated").await, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_full_spool_asks_senders_to_come_again_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let dead = Receiver::http([]).await;
    let (address, taken) = (dead.address.to_string(), dead.taken.clone());
    dead.die();
    let url = format!("http://{address}");
    let gateway = start(Forwarding { spool_bytes: 4_000, ..forwarding(&url, directory.path()) }).await;
    let mut accepted = 0;
    let refused = loop {
        let body = export("n", json!({"spanId": format!("{:016x}", accepted + 1)}));
        let answer = gateway.post("/v1/traces", "application/json", body.clone()).await;
        if answer.status() != StatusCode::OK {
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.headers()["retry-after"], "1");
            break body;
        }
        accepted += 1;
    };
    assert!(accepted > 3, "{accepted}");
    assert_eq!(gateway.metric("requests_refused_total{kind=\"spool_full\"}").await, 1);
    assert!(gateway.metric("spool_bytes").await <= 4_000);
    assert_eq!(gateway.traces().await[0]["span_count"], accepted, "what was refused is not stored either");

    let receiver = Receiver::http_at(&address, taken).await;
    receiver.taken.wait(accepted).await;
    while gateway.metric("spool_bytes").await > 0 {}
    let answer = gateway.post("/v1/traces", "application/json", refused).await;
    assert_eq!(answer.status(), StatusCode::OK);
    receiver.taken.wait(accepted + 1).await;
    let ready = gateway.request(Method::GET, "/readyz").send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    gateway.stop().await;
}

/// A receiver dies and comes back again and again while spans come in.
#[tokio::test]
async fn a_receiver_that_dies_under_load_gets_every_span_once() {
    let directory = tempfile::tempdir().unwrap();
    let mut receiver = Receiver::http([]).await;
    let address = receiver.address.to_string();
    let gateway = start(forwarding(&receiver.url("http"), directory.path())).await;
    let mut names = Vec::new();
    for number in 0..60 {
        let name = format!("n{number:02}");
        let body = export(&name, json!({"spanId": format!("{:016x}", number + 1)}));
        assert_eq!(gateway.post("/v1/traces", "application/json", body).await.status(), StatusCode::OK);
        names.push(name);
        if number % 10 == 9 {
            // Between two batches: a receiver that dies after it took one and before it answered gets that one twice.
            receiver.taken.wait(names.len()).await;
            while gateway.metric("spool_bytes").await > 0 {}
            let taken = receiver.taken.clone();
            receiver.die();
            let body = export(&format!("x{number:02}"), json!({"spanId": format!("{:016x}", 1_000 + number)}));
            assert_eq!(gateway.post("/v1/traces", "application/json", body).await.status(), StatusCode::OK);
            names.push(format!("x{number:02}"));
            receiver = Receiver::http_at(&address, taken).await;
        }
    }
    receiver.taken.wait(names.len()).await;
    while gateway.metric("spool_bytes").await > 0 {}
    names.sort();
    assert_eq!(receiver.taken.names(), names);
    gateway.stop().await;
}

/// The one case in which a span arrives twice: the receiver took it, and its answer was lost.
#[tokio::test]
async fn a_lost_answer_is_the_only_reason_to_send_again() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([Act::Swallow]).await;
    let forwarding = forwarding(&receiver.url("http"), directory.path());
    let pace = Pace { answer: Duration::from_millis(200), ..pace() };
    let gateway = start(Forwarding { pace, ..forwarding }).await;
    gateway.send(&named("a")).await;
    receiver.taken.wait(2).await;
    while gateway.metric("spool_bytes").await > 0 {}
    assert_eq!(gateway.metric("forward_failures_total{kind=\"timeout\"}").await, 1);
    assert_eq!(gateway.metric("forward_spans_total{result=\"delivered\"}").await, 1);
    gateway.stop().await;
}

#[tokio::test]
async fn a_front_without_a_store_says_why_it_shows_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let receiver = Receiver::http([]).await;
    let forward = forwarding(&receiver.url("http"), directory.path());
    let gateway = Gateway::start_on_as(Store::none(), Settings { forward: Some(forward), ..settings() }).await;
    assert_eq!(gateway.send(&named("a")).await, StatusCode::NO_CONTENT);
    receiver.taken.wait(1).await;
    for path in ["/", "/api/traces", "/api/events", &format!("/api/traces/{TRACE}")] {
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
