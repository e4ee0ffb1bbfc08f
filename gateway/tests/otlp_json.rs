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

/// One bad field or span costs itself only, and the answer says which and why.
#[tokio::test]
async fn what_is_bad_is_left_out_and_the_rest_is_stored() {
    let gateway = Gateway::start().await;
    let good = |id: u64| {
        json_span(json!({"spanId": format!("{id:016x}")}))["resourceSpans"][0]["scopeSpans"][0]["spans"][0].clone()
    };
    let changed = |id: u64, changes: Value| {
        let mut span = good(id);
        span.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        span
    };
    let attribute = |key: &str, value: Value| json!({"key": key, "value": value});
    let spans = json!([
        good(1),
        changed(2, json!({"spanId": "0".repeat(16)})),
        changed(3, json!({"kind": "SPAN_KIND_SERVER"})),
        changed(
            4,
            json!({"attributes": [
                attribute("a", json!({"stringValue": "kept"})), attribute("b", json!({"intValue": "many"})), attribute("c", json!({"intValue": 7})),
            ]})
        ),
        7,
        changed(5, json!({"startTimeUnixNano": "1000000000000000000"})),
    ]);
    let mut body = json_span(json!({}));
    body["resourceSpans"][0]["scopeSpans"][0]["spans"] = spans;
    let response = gateway.post("/v1/traces", JSON, body.to_string()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let answer = json_of(response).await;
    let partial = &answer["partialSuccess"];
    assert_eq!(partial["rejectedSpans"], "3", "{answer}");
    let message = partial["errorMessage"].as_str().unwrap();
    for says in [
        "spans[1].spanId: must be",
        "spans[2].kind",
        "spans[3].attributes[1]",
        "spans[4]",
        "spans[5].startTimeUnixNano: is too far from now",
    ] {
        assert!(message.contains(says), "{says}: {message}");
    }
    let trace = gateway.trace(TRACE).await;
    let kept: Vec<_> =
        trace["spans"].as_array().unwrap().iter().map(|span| span["span_id"].as_str().unwrap()).collect();
    assert_eq!(kept, ["0000000000000001", "0000000000000003", "0000000000000004"]);
    assert_eq!(trace["spans"][2]["attributes"], json!({"a": "kept", "c": 7}));
    assert_eq!((gateway.counter("spans_refused").await, gateway.counter("spans_out_of_time").await), (3, 1));
    let many = json!(vec![7; 500]);
    body["resourceSpans"][0]["scopeSpans"][0]["spans"] = many;
    let answer = gateway.post("/v1/traces", JSON, body.to_string()).await.bytes().await.unwrap();
    assert!(answer.len() <= 1_100, "{} bytes say what was wrong with 500 spans", answer.len());
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
