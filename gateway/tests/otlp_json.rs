//! OTLP's JSON: what the protocol allows, and what is refused by name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{Gateway, TRACE, json_of};

const JSON: &str = "application/json";

fn json_span(changes: Value) -> Value {
    let mut span = json!({
        "traceId": TRACE, "spanId": "00000000000000ff", "name": "n", "kind": 2,
        "startTimeUnixNano": "1790000000000000001", "endTimeUnixNano": "1790000000000000002",
    });
    for (key, value) in changes.as_object().unwrap() {
        span[key] = value.clone();
    }
    json!({"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}, "scopeSpans": [{"spans": [span]}]}]})
}

#[tokio::test]
async fn json_as_the_protocol_allows_it() {
    let good = [
        (json_span(json!({"startTimeUnixNano": 1_790_000_000_000_000_001_u64})), "64-bit numbers as numbers"),
        (json_span(json!({"traceId": TRACE.to_uppercase()})), "upper-case hex"),
        (json_span(json!({"parentSpanId": ""})), "an empty parent"),
        (json_span(json!({"parentSpanId": null, "status": null, "attributes": null})), "null is absent"),
        (json_span(json!({"brandNew": {"a": 1}})), "unknown fields"),
        (
            json_span(json!({"attributes": [{"key": "a", "value": {"brandNew": 1}}, {"key": "b", "value": {}}]})),
            "unknown and empty values",
        ),
        (json!({}), "no spans at all"),
    ];
    for (body, why) in good {
        let gateway = Gateway::start().await;
        let response = gateway.post("/v1/traces", "application/json; charset=utf-8", body.to_string()).await;
        assert_eq!(response.status(), StatusCode::OK, "{why}");
    }
}

#[tokio::test]
async fn bad_requests_are_named_and_change_nothing() {
    let gateway = Gateway::start().await;
    let span = "resourceSpans[0].scopeSpans[0].spans[0]";
    let bad = [
        (
            json_span(json!({"traceId": "CvdlGRbNQ92ESOshHIAxnA=="})),
            format!("{span}.traceId: must be 32 hex digits"),
            "base64 id",
        ),
        (
            json_span(json!({"traceId": "0".repeat(32)})),
            format!("{span}.traceId: must be 16 bytes, not all zero"),
            "zero id",
        ),
        (
            json_span(json!({"traceId": "0x".to_owned() + &"1".repeat(32)})),
            format!("{span}.traceId"),
            "a prefix is no digit",
        ),
        (json_span(json!({"spanId": ""})), format!("{span}.spanId"), "no span id"),
        (json_span(json!({"parentSpanId": "12"})), format!("{span}.parentSpanId"), "short parent"),
        (
            json_span(json!({"startTimeUnixNano": "1.5"})),
            format!("{span}.startTimeUnixNano"),
            "a fraction of a nanosecond",
        ),
        (
            json_span(json!({"startTimeUnixNano": u64::MAX.to_string()})),
            format!("{span}.startTimeUnixNano"),
            "beyond what is stored",
        ),
        (json_span(json!({"kind": "SPAN_KIND_SERVER"})), format!("{span}.kind"), "enums are numbers"),
        (json!({"resourceSpans": 5}), "resourceSpans".to_owned(), "of another kind"),
        (json!([]), "must be one JSON object".to_owned(), "no object"),
    ];
    for (body, says, why) in bad {
        let response = gateway.post("/v1/traces", JSON, body.to_string()).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{why}");
        assert_eq!(response.headers()["content-type"], JSON);
        let answer = json_of(response).await;
        assert_eq!(answer["code"], 3, "{why}");
        assert!(answer["message"].as_str().unwrap().contains(&says), "{why}: {answer}");
    }
    assert!(gateway.traces().await.is_empty());
}

#[tokio::test]
async fn types_and_sizes_are_checked() {
    let gateway = Gateway::start().await;
    for kind in ["text/plain", "application/grpc", "application/x-www-form-urlencoded"] {
        assert_eq!(gateway.post("/v1/traces", kind, "{}").await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let untyped = gateway.request(Method::POST, "/v1/traces").body("{}").send().await.unwrap();
    assert_eq!(untyped.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let large = gateway.post("/v1/traces", JSON, vec![b' '; 4 * 1024 * 1024 + 1]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
