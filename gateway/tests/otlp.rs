//! `POST /v1/traces` over real HTTP, in both encodings.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use opentelemetry_proto::tonic::{
    collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse},
    common::v1::{AnyValue, ArrayValue, KeyValue, any_value::Value as Any},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status},
};
use prost::Message;
use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{Gateway, TRACE, gzip};

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

fn attribute(key: &str, value: Any) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}

fn request(spans: Vec<Span>) -> ExportTraceServiceRequest {
    let resource = Resource {
        attributes: vec![attribute("service.name", Any::StringValue("shop".into()))],
        ..Resource::default()
    };
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource),
            scope_spans: vec![ScopeSpans { spans, ..ScopeSpans::default() }],
            ..ResourceSpans::default()
        }],
    }
}

fn span(id: u64) -> Span {
    Span {
        trace_id: vec![0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c],
        span_id: id.to_be_bytes().to_vec(),
        name: "GET /orders".into(),
        kind: 2,
        start_time_unix_nano: 1_790_000_000_000_000_001,
        end_time_unix_nano: 1_790_000_000_012_000_001,
        attributes: vec![
            attribute("text", Any::StringValue("<b>&".into())),
            attribute("large", Any::IntValue(i64::MAX)),
            attribute("small", Any::IntValue(-5)),
            attribute("ratio", Any::DoubleValue(0.25)),
            attribute("yes", Any::BoolValue(true)),
            attribute("list", Any::ArrayValue(ArrayValue { values: vec![AnyValue { value: Some(Any::IntValue(1)) }] })),
            attribute("url.full", Any::StringValue("http://u:p@h/?token=x".into())),
        ],
        status: Some(Status { code: 2, message: "broken".into() }),
        ..Span::default()
    }
}

#[tokio::test]
async fn both_encodings_store_the_same() {
    let message = request(vec![span(1), span(2)]);
    let mut stored = Vec::new();
    for (kind, body) in [(PROTOBUF, message.encode_to_vec()), (JSON, serde_json::to_vec(&message).unwrap())] {
        let gateway = Gateway::start().await;
        let response = gateway.post("/v1/traces", kind, body.clone()).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], kind);
        let answer = response.bytes().await.unwrap();
        match kind {
            JSON => assert_eq!(answer.as_ref(), b"{}"),
            _ => assert_eq!(ExportTraceServiceResponse::decode(answer).unwrap(), ExportTraceServiceResponse::default()),
        }
        let packed =
            gateway.request(Method::POST, "/v1/traces").header("content-type", kind).header("content-encoding", "gzip");
        assert_eq!(packed.body(gzip(&body)).send().await.unwrap().status(), StatusCode::OK, "gzip, {kind}");
        assert_eq!(gateway.counter("spans_duplicate").await, 2, "sent again, stored once");
        stored.push(gateway.trace(TRACE).await);
    }
    assert_eq!(stored[0], stored[1]);
    let span = &stored[0]["spans"][0];
    assert_eq!(span["start_unix_nano"], "1790000000000000001");
    assert_eq!(span["duration_ms"], 12.0);
    assert_eq!(span["status"], json!({"code": "error", "message": "broken"}));
    assert_eq!(
        span["attributes"],
        json!({
            "text": "<b>&", "large": "9223372036854775807", "small": -5, "ratio": 0.25, "yes": true, "list": [1],
            "url.full": "http://REDACTED:REDACTED@h/?token=REDACTED",
        })
    );
    assert_eq!(stored[0]["error_count"], 2);
}

#[tokio::test]
async fn protobuf_refusals_are_protobuf() {
    #[derive(Clone, PartialEq, Message)]
    struct RpcStatus {
        #[prost(int32, tag = "1")]
        code: i32,
        #[prost(string, tag = "2")]
        message: String,
    }
    let gateway = Gateway::start().await;
    let short_id = Span { span_id: vec![1, 2, 3], ..span(1) };
    let mut cut_short = request(vec![span(7)]).encode_to_vec();
    cut_short.pop();
    for body in [b"\xff\xff\xff".to_vec(), cut_short, request(vec![short_id]).encode_to_vec()] {
        let response = gateway.post("/v1/traces", PROTOBUF, body).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()["content-type"], PROTOBUF);
        let status = RpcStatus::decode(response.bytes().await.unwrap()).unwrap();
        assert_eq!(status.code, 3);
        assert!(!status.message.is_empty());
    }
    assert!(gateway.traces().await.is_empty(), "of a request that was cut short nothing is stored");
    let zero_id = Span { span_id: vec![0; 8], ..span(1) };
    let response = gateway.post("/v1/traces", PROTOBUF, request(vec![span(7), zero_id]).encode_to_vec()).await;
    let partial = ExportTraceServiceResponse::decode(response.bytes().await.unwrap()).unwrap().partial_success.unwrap();
    assert_eq!(partial.rejected_spans, 1);
    assert!(
        partial.error_message.contains("resourceSpans[0].scopeSpans[0].spans[1].spanId"),
        "{}",
        partial.error_message
    );
    assert_eq!(gateway.traces().await[0]["span_count"], 1, "the good span is stored");
}

#[tokio::test]
async fn one_trace_cannot_grow_without_end() {
    let gateway = Gateway::start().await;
    let message = request((1..=2_010).map(|id| Span { attributes: Vec::new(), ..span(id) }).collect());
    let response = gateway.post("/v1/traces", PROTOBUF, message.encode_to_vec()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let answer = ExportTraceServiceResponse::decode(response.bytes().await.unwrap()).unwrap();
    assert_eq!(answer.partial_success.unwrap().rejected_spans, 10);
    assert_eq!(gateway.traces().await[0]["span_count"], 2_000);
}

#[tokio::test]
async fn no_secret_of_any_attribute_is_stored() {
    let gateway = Gateway::start().await;
    let secret = "hunter2-hunter2";
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.hunter2-hunter2";
    let text = |text: String| Any::StringValue(text);
    let list =
        |text: String| Any::ArrayValue(ArrayValue { values: vec![AnyValue { value: Some(Any::StringValue(text)) }] });
    let attributes = vec![
        attribute("http.request.header.authorization", list(format!("Bearer {secret}"))),
        attribute("http.request.header.cookie", list(format!("a={secret}"))),
        attribute("http.response.header.set-cookie", text(format!("a={secret}; HttpOnly"))),
        attribute("http.request.header.x-api-key", list(secret.to_owned())),
        attribute("http.request.header.referer", list(format!("https://a.example/?token={secret}"))),
        attribute("http.target", text(format!("/a?password={secret}"))),
        attribute("url.query", text(format!("a=1&session_id={secret}"))),
        attribute("user.password", text(secret.to_owned())),
        attribute("note", text(format!("got https://u:{secret}@a.example/ with Bearer {secret} and {token}"))),
        attribute("session.id", text("kept-session".into())),
        attribute("error.code", text("kept-code".into())),
    ];
    let event = opentelemetry_proto::tonic::trace::v1::span::Event {
        name: "exception".into(),
        attributes: vec![attribute("exception.message", text(format!("cannot read /x?api_key={secret}")))],
        ..Default::default()
    };
    let span = Span {
        name: format!("GET /a?token={secret}"),
        status: Some(Status { code: 2, message: format!("refused: password={secret} Authorization: Bearer {secret}") }),
        attributes,
        events: vec![event],
        ..span(1)
    };
    gateway.post("/v1/traces", PROTOBUF, request(vec![span]).encode_to_vec()).await;
    let stored = gateway.trace(TRACE).await.to_string();
    assert!(!stored.contains("hunter2"), "{stored}");
    assert!(stored.contains("kept-session") && stored.contains("kept-code"), "{stored}");
    assert!(stored.contains("https://a.example/?token=REDACTED"), "{stored}");
}
