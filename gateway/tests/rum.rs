//! `POST /rum` over real HTTP: what is taken, what is refused, and that a refusal changes nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use support::{Gateway, SPAN, TRACE, bundle, event, gzip, json_of, table};

#[derive(Deserialize)]
struct BadBundles {
    bundle: Vec<BadBundle>,
}

#[derive(Deserialize)]
struct BadBundle {
    why: String,
    body: String,
    path: Option<String>,
    says: String,
}

#[tokio::test]
async fn bad_bundles_are_named_and_change_nothing() {
    let gateway = Gateway::start().await;
    let rows = table::<BadBundles>("bad_bundles.toml").bundle;
    for row in &rows {
        let response = gateway.post("/rum", "text/plain", row.body.clone()).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{}", row.why);
        let answer = json_of(response).await;
        assert_eq!(
            answer.get("path").and_then(|path| path.as_str()),
            row.path.as_deref(),
            "{}: {answer}",
            row.why
        );
        assert!(
            answer["error"].as_str().unwrap().contains(&row.says),
            "{}: {answer}",
            row.why
        );
    }
    assert!(gateway.events().await.is_empty());
    assert_eq!(gateway.counter("requests_refused").await, rows.len() as u64);
}

#[tokio::test]
async fn one_bad_event_keeps_out_the_good_ones_before_it() {
    let gateway = Gateway::start().await;
    let status = gateway
        .send(&bundle(json!([
            event("a", json!({})),
            event("b", json!({"duration": "long"}))
        ])))
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(gateway.events().await.is_empty());
    assert!(gateway.traces().await.is_empty());
}

#[tokio::test]
async fn beacons_are_taken_in_the_types_that_agents_send() {
    let gateway = Gateway::start().await;
    let types = [
        Some("text/plain"),
        Some("text/plain;charset=UTF-8"),
        Some("application/json"),
        Some("Application/JSON; charset=utf-8"),
        None,
    ];
    for (index, content_type) in types.into_iter().enumerate() {
        let body = bundle(json!([event(&index.to_string(), json!({}))])).to_string();
        let mut request = gateway.request(Method::POST, "/rum").body(body);
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        assert_eq!(
            request.send().await.unwrap().status(),
            StatusCode::NO_CONTENT,
            "{content_type:?}"
        );
    }
    assert_eq!(gateway.events().await.len(), types.len());
}

#[tokio::test]
async fn other_types_and_encodings_are_415() {
    let gateway = Gateway::start().await;
    let body = bundle(json!([event("a", json!({}))])).to_string();
    for (name, value) in [
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-type", "text/plain; charset=utf-16"),
        ("content-encoding", "br"),
        ("content-encoding", "gzip, gzip"),
    ] {
        let response = gateway
            .request(Method::POST, "/rum")
            .header(name, value)
            .body(body.clone())
            .send()
            .await
            .unwrap();
        assert_eq!(
            response.status(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "{name}: {value}"
        );
        assert!(json_of(response).await["error"].is_string());
    }
    assert!(gateway.events().await.is_empty());
}

#[tokio::test]
async fn gzip_is_taken_and_bounded_by_what_it_unpacks_to() {
    let gateway = Gateway::start().await;
    let send = |body: Vec<u8>| {
        gateway
            .request(Method::POST, "/rum")
            .header("content-encoding", "gzip")
            .body(body)
            .send()
    };
    let good = gzip(
        bundle(json!([event("a", json!({}))]))
            .to_string()
            .as_bytes(),
    );
    assert_eq!(
        send(good.clone()).await.unwrap().status(),
        StatusCode::NO_CONTENT
    );
    let bomb = gzip(&vec![b' '; 8 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    assert_eq!(
        send(bomb).await.unwrap().status(),
        StatusCode::PAYLOAD_TOO_LARGE
    );
    assert_eq!(
        send(good[..good.len() - 9].to_vec())
            .await
            .unwrap()
            .status(),
        StatusCode::BAD_REQUEST,
        "cut short"
    );
    assert_eq!(
        send(b"not gzip".to_vec()).await.unwrap().status(),
        StatusCode::BAD_REQUEST
    );
    assert_eq!(gateway.events().await.len(), 1);
}

#[tokio::test]
async fn large_bodies_are_413() {
    let gateway = Gateway::start().await;
    let response = gateway
        .post("/rum", "text/plain", vec![b' '; 1024 * 1024 + 1])
        .await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let many: Vec<_> = (0..1_001).map(|_| json!({"event_type": "view"})).collect();
    let response = gateway
        .post("/rum", "text/plain", bundle(json!(many)).to_string())
        .await;
    assert_eq!(
        response.status(),
        StatusCode::BAD_REQUEST,
        "many small events"
    );
}

#[tokio::test]
async fn other_methods_are_405_and_other_paths_404() {
    let gateway = Gateway::start().await;
    for (method, path) in [
        (Method::GET, "/rum"),
        (Method::PUT, "/rum"),
        (Method::GET, "/v1/traces"),
        (Method::DELETE, "/api/events"),
    ] {
        let response = gateway.request(method.clone(), path).send().await.unwrap();
        assert_eq!(
            response.status(),
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        assert!(response.headers().contains_key("allow"), "{method} {path}");
    }
    let response = gateway
        .request(Method::GET, "/nothing")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn any_origin_may_report_and_read_without_credentials() {
    let gateway = Gateway::start().await;
    for (path, method) in [
        ("/rum", "POST"),
        ("/v1/traces", "POST"),
        ("/api/events", "GET"),
        ("/api/traces/x", "GET"),
    ] {
        let preflight = gateway
            .request(Method::OPTIONS, path)
            .header("origin", "https://shop.example")
            .header("access-control-request-method", method)
            .header(
                "access-control-request-headers",
                "content-encoding,content-type",
            )
            .send()
            .await
            .unwrap();
        assert!(preflight.status().is_success(), "{path}");
        let headers = preflight.headers();
        assert_eq!(headers["access-control-allow-origin"], "*", "{path}");
        let allowed = headers["access-control-allow-headers"].to_str().unwrap();
        assert!(
            allowed.contains("content-type") && allowed.contains("content-encoding"),
            "{path}: {allowed}"
        );
        assert!(
            !headers.contains_key("access-control-allow-credentials"),
            "{path}"
        );
    }
    let refused = gateway
        .request(Method::POST, "/rum")
        .header("origin", "https://shop.example")
        .body("{")
        .send()
        .await
        .unwrap();
    assert_eq!(
        refused.headers()["access-control-allow-origin"],
        "*",
        "the page may read why"
    );
}

#[tokio::test]
async fn a_batch_sent_again_is_stored_once() {
    let gateway = Gateway::start().await;
    let batch = bundle(json!([
        event("a", json!({})),
        event(
            "b",
            json!({"traceparent": format!("00-{TRACE}-00f067aa0ba902b7-01")})
        )
    ]));
    for _ in 0..3 {
        assert_eq!(gateway.send(&batch).await, StatusCode::NO_CONTENT);
    }
    assert_eq!(gateway.events().await.len(), 2);
    assert_eq!(gateway.traces().await[0]["span_count"], 2);
    assert_eq!(gateway.counter("events_duplicate").await, 4);

    let mut other_session = batch;
    other_session["session"]["id"] = "session-2".into();
    gateway.send(&other_session).await;
    assert_eq!(
        gateway.events().await.len(),
        4,
        "an id is unique only in its session"
    );
}

#[tokio::test]
async fn other_event_types_are_counted_and_unknown_fields_ignored() {
    let gateway = Gateway::start().await;
    let events = json!([{"event_type": "view", "x": 1}, {"event_type": "longTask"}, event("a", json!({"brand_new": {"deep": [1]}}))]);
    assert_eq!(gateway.send(&bundle(events)).await, StatusCode::NO_CONTENT);
    assert_eq!(gateway.events().await.len(), 1);
    assert_eq!(gateway.counter("events_other_kind").await, 2);
}

#[tokio::test]
async fn events_without_a_recorded_trace_are_listed_and_have_no_span() {
    let gateway = Gateway::start().await;
    let events = json!([
        event(
            "unsampled",
            json!({"traceparent": format!("00-{TRACE}-{SPAN}-00"), "trace_context_hint": "not_sampled"})
        ),
        event(
            "untraced",
            json!({"trace_id": null, "traceparent": null, "tracestate": null, "trace_context_hint": "cross_origin"})
        ),
    ]);
    assert_eq!(gateway.send(&bundle(events)).await, StatusCode::NO_CONTENT);
    let events = gateway.events().await;
    assert_eq!(events.len(), 2);
    assert!(events.iter().all(|event| event["has_span"] == false));
    assert!(gateway.traces().await.is_empty());
}

#[tokio::test]
async fn events_are_found_by_session_and_by_trace() {
    let gateway = Gateway::start().await;
    gateway
        .send(&bundle(json!([
            event("a", json!({})),
            event("b", json!({"trace_id": null, "traceparent": null}))
        ])))
        .await;
    let found = async |query: &str| {
        gateway.get(&format!("/api/events?{query}")).await["events"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(found("session=session-1").await, 2);
    assert_eq!(found("session=other").await, 0);
    assert_eq!(found(&format!("trace_id={TRACE}")).await, 1);
    assert_eq!(
        found(&format!("trace_id={}", TRACE.to_uppercase())).await,
        1,
        "pasted in upper case"
    );
    assert_eq!(found("limit=1").await, 1);
    for bad in [
        "/api/events?limit=many",
        "/api/events?trace_id=xyz",
        "/api/traces/xyz",
    ] {
        let response = gateway.request(Method::GET, bad).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{bad}");
        assert!(json_of(response).await["error"].is_string(), "{bad}");
    }
    let unknown = gateway
        .request(Method::GET, "/api/traces/11111111111111111111111111111111")
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}
