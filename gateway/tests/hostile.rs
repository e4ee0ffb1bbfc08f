//! Requests that once took the gateway down: small ones that unpack to gigabytes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::{AnyValue, KeyValue, any_value::Value as Any},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span},
};
use prost::Message;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use support::{Program, bundle, event, gzip};

const MEGABYTE: u64 = 1_000_000;

/// `count` spans of one trace, of a resource with `attributes` long texts.
fn request(count: u64, attributes: usize) -> Vec<u8> {
    let now = u64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos()).unwrap();
    let long = |key: usize| KeyValue {
        key: format!("key-{key}"),
        value: Some(AnyValue { value: Some(Any::StringValue("x".repeat(4_096))) }),
        ..KeyValue::default()
    };
    let span = |id: u64| Span {
        trace_id: vec![7; 16],
        span_id: id.to_be_bytes().to_vec(),
        start_time_unix_nano: now,
        end_time_unix_nano: now,
        ..Span::default()
    };
    let resource = Resource { attributes: (0..attributes).map(long).collect(), ..Resource::default() };
    let scope_spans = vec![ScopeSpans { spans: (1..=count).map(span).collect(), ..ScopeSpans::default() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() }],
    }
    .encode_to_vec()
}

async fn export(program: &Program, body: &[u8]) -> (StatusCode, i64) {
    let packed = gzip(body);
    assert!(packed.len() < 600_000, "{} bytes go over the wire", packed.len());
    let request = Client::new().post(program.url("/v1/traces")).header("content-type", "application/x-protobuf");
    let answer = request.header("content-encoding", "gzip").body(packed).send().await.unwrap();
    let status = answer.status();
    let answer = ExportTraceServiceResponse::decode(answer.bytes().await.unwrap()).unwrap();
    (status, answer.partial_success.unwrap_or_default().rejected_spans)
}

#[tokio::test]
async fn what_spans_share_is_kept_once() {
    let program = Program::start(&[]);
    // 2,000 spans that each had a copy of a quarter of a megabyte.
    let (status, rejected) = export(&program, &request(40_000, 60)).await;
    assert_eq!((status, rejected), (StatusCode::OK, 38_000));
    let answer = Client::new().get(program.url(&format!("/api/traces/{}", "07".repeat(16)))).send().await.unwrap();
    let bytes = answer.bytes().await.unwrap();
    assert!((bytes.len() as u64) < 9 * MEGABYTE, "the answer has {} bytes", bytes.len());
    let trace: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!((trace["spans"].as_array().unwrap().len(), trace["resources"].as_array().unwrap().len()), (2_000, 1));
    assert!(program.peak_memory() < 100 * MEGABYTE, "{} bytes of memory", program.peak_memory());
}

#[tokio::test]
async fn a_resource_that_is_too_large_is_left_out() {
    let program = Program::start(&[]);
    let (status, rejected) = export(&program, &request(1_000, 128)).await;
    assert_eq!((status, rejected), (StatusCode::OK, 0), "the spans are kept without it");
    let bytes = Client::new().get(program.url("/api/traces")).send().await.unwrap().bytes().await.unwrap();
    assert!(bytes.len() < 1_000, "{}", bytes.len());
    assert!(program.peak_memory() < 100 * MEGABYTE, "{} bytes of memory", program.peak_memory());
}

/// An empty span is two bytes on the wire and 300 in memory, and so are other messages.
#[tokio::test]
async fn empty_messages_take_no_memory() {
    let program = Program::start(&[]);
    let empty = |tag: u8, count: usize| [tag, 0].repeat(count);
    let wrap = |tag: u8, inner: Vec<u8>| {
        let mut message = vec![tag];
        prost::encoding::encode_varint(inner.len() as u64, &mut message);
        message.extend(inner);
        message
    };
    let spans = wrap(0x0a, wrap(0x12, empty(0x12, 2_000_000)));
    let attributes = wrap(0x0a, wrap(0x12, wrap(0x12, empty(0x4a, 2_000_000))));
    for body in [spans, attributes, empty(0x0a, 2_000_000)] {
        let request = Client::new().post(program.url("/v1/traces")).header("content-type", "application/x-protobuf");
        let answer = request.header("content-encoding", "gzip").body(gzip(&body)).send().await.unwrap();
        assert!([StatusCode::OK, StatusCode::BAD_REQUEST].contains(&answer.status()), "{}", answer.status());
    }
    let json = format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{}{{}}]}}]}}]}}"#, "{},".repeat(1_300_000));
    let request = Client::new().post(program.url("/v1/traces")).header("content-type", "application/json");
    let answer = request.header("content-encoding", "gzip").body(gzip(json.as_bytes())).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(program.peak_memory() < 100 * MEGABYTE, "{} bytes of memory", program.peak_memory());
}

#[tokio::test]
async fn events_have_a_bound_in_bytes() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let program = Program::start(&["--store", file.to_str().unwrap()]);
    let long = "ä".repeat(4_096);
    for number in 0..20 {
        let events: Vec<_> = (0..1_000)
            .map(|id| json!({"event_type": "resource", "event_id": format!("{number}-{id}"), "timestamp": 1}))
            .collect();
        // What the bundle says once stands in each of its events.
        let mut bundle = bundle(json!(events));
        bundle["view"] = json!({"id": long, "name": long});
        bundle["user"] = json!({"id": long});
        bundle["net"] = json!({"model": long});
        bundle["properties"] = json!({"a": long, "b": long, "c": long, "d": long, "e": long, "f": long});
        let packed = gzip(bundle.to_string().as_bytes());
        assert!(packed.len() < 20_000, "{} bytes go over the wire", packed.len());
        let request = Client::new().post(program.url("/rum")).header("content-encoding", "gzip").body(packed);
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::OK,
            "a part of them is kept, and the answer says so"
        );
    }
    let answer = Client::new().get(program.url("/api/events?limit=500")).send().await.unwrap().bytes().await.unwrap();
    assert!((answer.len() as u64) < 9 * MEGABYTE, "the answer has {} bytes", answer.len());
    let size = std::fs::metadata(&file).unwrap().len();
    assert!(size < 100 * MEGABYTE, "{size} bytes on disk");
    assert!(program.peak_memory() < 100 * MEGABYTE, "{} bytes of memory", program.peak_memory());
    let small = Client::new().post(program.url("/rum")).body(bundle(json!([event("a", json!({}))])).to_string());
    assert_eq!(small.send().await.unwrap().status(), StatusCode::NO_CONTENT);
}
