//! What becomes of bundles: refused whole, stored once, found again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;
use support::{Gateway, NOW_MS, SPAN, TRACE, bundle, event, json_of, table};

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
        assert_eq!(answer.get("path").and_then(|path| path.as_str()), row.path.as_deref(), "{}: {answer}", row.why);
        assert!(answer["error"].as_str().unwrap().contains(&row.says), "{}: {answer}", row.why);
    }
    assert!(gateway.events().await.is_empty());
    assert_eq!(gateway.metric("requests_refused_total{kind=\"malformed\"}").await, rows.len() as u64);
}

/// One bad field or event costs itself only, and the answer says which and why.
#[tokio::test]
async fn what_is_bad_is_left_out_and_the_rest_is_stored() {
    let gateway = Gateway::start().await;
    let mut mixed = bundle(json!([
        event("a", json!({"size": "12", "dns_duration": true, "view": {"id": [], "name": "/a"}, "properties": 5})),
        event("b", json!({"duration": "long"})),
        7,
        event("c", json!({"status_code": "404", "trace_id": 9})),
        {"event_type": "view", "name": 5},
    ]));
    mixed["user"] = json!({"id": 42});
    mixed["net"] = json!("4g");
    let response = gateway.post("/rum", "text/plain", mixed.to_string()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let answer = json_of(response).await;
    assert_eq!((&answer["accepted"], &answer["refused"]), (&json!(2), &json!(2)), "{answer}");
    let problems = answer["problems"].as_str().unwrap();
    for says in [
        "user.id: must be a text",
        "net: must be an object",
        "events[0].size: must be a number",
        "events[0].dns_duration: must be a number",
        "events[0].view.id: must be a text",
        "events[0].properties: must be an object",
        "events[1].duration: must be milliseconds",
        "events[2]: must be an object",
        "events[3].trace_id: must be a text",
    ] {
        assert!(problems.contains(says), "{says}: {problems}");
    }
    assert!(!problems.contains("events[4]"), "what is not kept has no faults: {problems}");
    let events = gateway.events().await;
    assert_eq!([&events[0]["event_id"], &events[1]["event_id"]], ["c", "a"]);
    assert_eq!((&events[0]["user_id"], &events[1]["size"]), (&json!(null), &json!(null)));
    assert_eq!((&events[0]["status_code"], &events[1]["view"]["name"]), (&json!(404), &json!("/a")));
    assert_eq!((gateway.counter("events_refused").await, gateway.counter("events_other_kind").await), (2, 1));

    let many: Vec<_> = (0..900).map(|_| json!({"event_type": "resource"})).chain([event("d", json!({}))]).collect();
    let response = gateway.post("/rum", "text/plain", bundle(json!(many)).to_string()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let answer = response.text().await.unwrap();
    assert!(answer.len() <= 1_100, "{} bytes say what was wrong with 900 events", answer.len());
    assert!(answer.contains("more"), "{answer}");
}

#[tokio::test]
async fn a_time_far_from_now_is_replaced_by_now() {
    let gateway = Gateway::start().await;
    let now = NOW_MS as f64;
    let (day, year) = (86_400_000.0, 365.0 * 86_400_000.0);
    // reported start → kept start
    for (id, reported, kept, why) in [
        ("a", now - 3.0 * day, now - 3.0 * day, "an agent keeps events for three days"),
        ("b", now - 8.0 * day, now - 12.5, "longer ago than any agent keeps them"),
        ("c", now + 60_000.0, now + 60_000.0, "a clock that is a minute ahead"),
        ("d", now + year, now - 12.5, "a clock that is a year ahead"),
        ("e", 0.0, now - 12.5, "a clock that was never set"),
    ] {
        let late = event(id, json!({"timestamp": reported}));
        assert!(gateway.send(&bundle(json!([late]))).await.is_success(), "{why}");
        let stored = gateway.events().await[0].clone();
        assert_eq!(stored["timestamp_ms"].as_f64(), Some(kept), "{why}");
        let expected = (kept != reported).then_some(reported);
        assert_eq!(stored["reported_timestamp_ms"].as_f64(), expected, "{why}");
    }
    assert_eq!(gateway.counter("events_out_of_time").await, 3);
    let endless = event("f", json!({"timestamp": now, "duration": 6.0 * day}));
    assert!(gateway.send(&bundle(json!([endless]))).await.is_success());
    let stored = gateway.events().await[0].clone();
    assert_eq!(stored["timestamp_ms"].as_f64(), Some(now - 6.0 * day), "what has been reported has ended");
}

#[tokio::test]
async fn a_batch_sent_again_is_stored_once() {
    let gateway = Gateway::start().await;
    let batch = bundle(json!([
        event("a", json!({})),
        event("b", json!({"traceparent": format!("00-{TRACE}-00f067aa0ba902b7-01")}))
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
    assert_eq!(gateway.events().await.len(), 4, "an id is unique only in its session");
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
async fn what_agents_dropped_is_counted_by_reason_and_once() {
    let gateway = Gateway::start().await;
    // a name of the event, what its bundle says of drops → overflow, expired, refused, rejected, other
    let rows = [
        ("a", json!({"overflow": 3, "refused": 1}), [3, 0, 1, 0, 0], "by reason"),
        ("a", json!({"overflow": 3, "refused": 1}), [3, 0, 1, 0, 0], "the same bundle again is not another loss"),
        ("b", json!({"expired": 2, "rejected": 4}), [3, 2, 1, 4, 0], "added up"),
        ("c", json!({"by another agent": 5}), [3, 2, 1, 4, 5], "other words are counted together"),
        ("d", json!({"overflow": "many", "expired": -1, "refused": 1e300}), [3, 2, 1, 4, 5], "no counts"),
        ("e", json!(["overflow"]), [3, 2, 1, 4, 5], "of another shape"),
        ("f", json!(null), [3, 2, 1, 4, 5], "null"),
    ];
    for (id, dropped, expected, why) in rows {
        let mut bundle = bundle(json!([event(id, json!({}))]));
        bundle["dropped"] = dropped;
        assert_eq!(gateway.send(&bundle).await, StatusCode::NO_CONTENT, "{why}");
        for (reason, expected) in ["overflow", "expired", "refused", "rejected", "other"].into_iter().zip(expected) {
            let metric = format!("events_dropped_by_agents_total{{reason=\"{reason}\"}}");
            assert_eq!(gateway.metric(&metric).await, expected, "{reason}: {why}");
        }
    }
    assert_eq!(gateway.events().await.len(), 6, "a bundle is taken whatever it says of drops");
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
        .send(&bundle(json!([event("a", json!({})), event("b", json!({"trace_id": null, "traceparent": null}))])))
        .await;
    let found =
        async |query: &str| gateway.get(&format!("/api/events?{query}")).await["events"].as_array().unwrap().len();
    assert_eq!(found("session=session-1").await, 2);
    assert_eq!(found("session=other").await, 0);
    assert_eq!(found(&format!("trace_id={TRACE}")).await, 1);
    assert_eq!(found(&format!("trace_id={}", TRACE.to_uppercase())).await, 1, "pasted in upper case");
    assert_eq!(found("limit=1").await, 1);
    for bad in ["/api/events?limit=many", "/api/events?trace_id=xyz", "/api/traces/xyz"] {
        let response = gateway.request(Method::GET, bad).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{bad}");
        assert!(json_of(response).await["error"].is_string(), "{bad}");
    }
    let unknown = gateway.request(Method::GET, "/api/traces/11111111111111111111111111111111").send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}
