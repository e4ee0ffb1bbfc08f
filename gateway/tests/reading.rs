//! What the API reads back: filters, pages, sessions, topology.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{Gateway, NOW_MS, TRACE, bundle, event};

const START: u64 = NOW_MS - 100_000;

/// A request without a trace, so many milliseconds after the first.
fn request(id: &str, after: u64, changes: Value) -> Value {
    let mut request = event(id, json!({"timestamp": START + after, "traceparent": null, "trace_id": null}));
    for (key, value) in changes.as_object().unwrap() {
        request[key] = value.clone();
    }
    request
}

async fn send(gateway: &Gateway, app: &str, user: &str, session: &str, events: Value) {
    let mut bundle = bundle(events);
    bundle["app"]["id"] = app.into();
    bundle["user"]["id"] = user.into();
    bundle["session"]["id"] = session.into();
    assert!(gateway.send(&bundle).await.is_success());
}

async fn export(gateway: &Gateway, spans: Value) {
    let answer = gateway.post("/v1/traces", "application/json", spans.to_string()).await;
    assert_eq!(answer.status(), StatusCode::OK);
}

/// One span of a backend, from `START`.
fn backend(service: &str, trace: &str, id: u64, parent: Option<&str>, ms: u64, changes: Value) -> Value {
    let mut span = json!({
        "traceId": trace, "spanId": format!("{id:016x}"), "parentSpanId": parent, "name": "n", "kind": 2,
        "startTimeUnixNano": format!("{START}000000"), "endTimeUnixNano": format!("{}000000", START + ms),
    });
    for (key, value) in changes.as_object().unwrap() {
        span[key] = value.clone();
    }
    json!({
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": service}}]},
        "scopeSpans": [{"spans": [span]}],
    })
}

async fn ids(gateway: &Gateway, query: &str) -> Vec<String> {
    let answer = gateway.get(&format!("/api/requests?{query}")).await;
    let requests = answer["requests"].as_array().unwrap();
    requests.iter().map(|request| request["event"]["event_id"].as_str().unwrap().to_owned()).collect()
}

/// Five requests of two applications, in the order of their names.
async fn filled(gateway: &Gateway) {
    let cart = json!({"id": "v2", "name": "/cart"});
    send(
        gateway,
        "shop",
        "uid_ann",
        "s1",
        json!([
            request("a", 1, json!({"duration": 10})),
            request(
                "b",
                2,
                json!({"status_code": 404, "success": 0, "outcome": "http_error", "duration": 500, "view": cart})
            ),
            event("c", json!({"timestamp": START + 3, "name": "/api/CART", "duration": 90, "type": "xmlhttprequest"})),
        ]),
    )
    .await;
    let refused = json!({"status_code": null, "success": null, "outcome": "network_error", "duration": 3, "url": "https://b.example/x"});
    send(
        gateway,
        "admin",
        "uid_eve",
        "s2",
        json!([
            request("d", 4, refused),
            request("e", 5, json!({"status_code": 503, "success": 1, "outcome": "http_error", "duration": 50})),
        ]),
    )
    .await;
    export(gateway, json!({"resourceSpans": [backend("stock", TRACE, 7, Some(support::SPAN), 40, json!({}))]})).await;
}

#[tokio::test]
async fn each_filter_leaves_what_fits() {
    let gateway = Gateway::start().await;
    filled(&gateway).await;
    for (query, expected) in [
        ("", "edcba"),
        ("app=shop", "cba"),
        ("app=nobody", ""),
        ("service=stock", "c"),
        ("service=rum-browser", "c"),
        ("session=s2", "ed"),
        ("user=uid_ann", "cba"),
        ("view=/cart", "b"),
        ("view=v2", "b"),
        ("type=xmlhttprequest", "c"),
        ("status=404", "b"),
        ("status=4xx", "b"),
        ("status=5xx", "e"),
        ("outcome=network_error", "d"),
        ("failed=true", "db"),
        ("failed=false", "eca"),
        ("traced=true", "c"),
        ("traced=false", "edba"),
        (&format!("trace_id={}", TRACE.to_uppercase()), "c"),
        ("min_duration=90", "cb"),
        ("max_duration=10", "da"),
        (&format!("from={}", START + 3), "edc"),
        (&format!("to={}", START + 3), "ba"),
        ("q=cart", "c"),
        ("q=B.EXAMPLE", "d"),
        ("app=shop&failed=false&min_duration=20", "c"),
        ("limit=2", "ed"),
    ] {
        assert_eq!(ids(&gateway, query).await.concat(), expected, "{query}");
    }
    let first = gateway.get("/api/requests?limit=1").await["requests"][0].clone();
    assert_eq!(gateway.get(&format!("/api/requests/{}", first["id"].as_str().unwrap())).await, first);
    let missing = gateway.request(Method::GET, "/api/requests/99").send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

/// Also where two began at the same time, and while new ones come in.
#[tokio::test]
async fn pages_give_each_request_once() {
    let gateway = Gateway::start().await;
    let events: Vec<_> = (0..25).map(|id| request(&format!("{id:02}"), id / 3, json!({}))).collect();
    send(&gateway, "shop", "uid_a", "s1", json!(events)).await;
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let answer = gateway.get(&format!("/api/requests?limit=7{next}")).await;
        for one in answer["requests"].as_array().unwrap() {
            seen.push(one["event"]["event_id"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = answer["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
        let late = request(&format!("late{}", seen.len()), 90_000, json!({}));
        send(&gateway, "shop", "uid_a", "s1", json!([late])).await;
    }
    let expected: Vec<_> = (0..25).rev().map(|id| format!("{id:02}")).collect();
    assert_eq!(seen, expected);
    // The same forward in time.
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let answer = gateway.get(&format!("/api/sessions/s1?limit=10{next}")).await;
        for one in answer["requests"].as_array().unwrap() {
            seen.push(one["event"]["event_id"].as_str().unwrap().to_owned());
        }
        let Some(cursor) = answer["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    let late = ["late7", "late14", "late21"].map(str::to_owned);
    assert_eq!(seen, (0..25).map(|id| format!("{id:02}")).chain(late).collect::<Vec<_>>());
}

#[tokio::test]
async fn pages_of_traces_give_each_once_and_filters_apply() {
    let gateway = Gateway::start().await;
    for trace in 1..=9_u64 {
        let (service, failed) = if trace % 3 == 0 { ("stock", 2) } else { ("shop", 0) };
        let changes = json!({"name": format!("job {trace}"), "status": {"code": failed}});
        let id = format!("{trace:032x}");
        export(&gateway, json!({"resourceSpans": [backend(service, &id, trace, None, trace * 10, changes)]})).await;
    }
    // The first one is touched again, and so is the newest.
    export(&gateway, json!({"resourceSpans": [backend("shop", &format!("{:032x}", 1), 99, None, 1, json!({}))]})).await;
    let list = async |query: String| {
        let answer = gateway.get(&format!("/api/traces?{query}")).await;
        let ids = answer["traces"].as_array().unwrap().iter();
        let ids = ids.map(|one| u64::from_str_radix(one["trace_id"].as_str().unwrap(), 16).unwrap());
        (ids.collect::<Vec<_>>(), answer["next"].as_str().map(str::to_owned))
    };
    let (mut seen, mut cursor) = list("limit=4".to_owned()).await;
    while let Some(next) = cursor {
        let (more, then) = list(format!("limit=4&cursor={next}")).await;
        seen.extend(more);
        cursor = then;
    }
    assert_eq!(seen, [1, 9, 8, 7, 6, 5, 4, 3, 2]);
    for (query, expected) in [
        ("service=stock", vec![9, 6, 3]),
        ("failed=true", vec![9, 6, 3]),
        ("failed=false&min_duration=70", vec![8, 7]),
        ("q=JOB+4", vec![4]),
    ] {
        assert_eq!(list(query.to_owned()).await.0, expected, "{query}");
    }
}

#[tokio::test]
async fn a_session_is_a_time_line_with_views() {
    let gateway = Gateway::start().await;
    filled(&gateway).await;
    let sessions = gateway.get("/api/sessions").await["sessions"].clone();
    let of = |place: usize, key: &str| sessions[place][key].clone();
    assert_eq!(sessions.as_array().unwrap().len(), 2);
    assert_eq!(
        (of(0, "session_id"), of(0, "user_id"), of(0, "error_count")),
        (json!("s2"), json!("uid_eve"), json!(1))
    );
    let session = gateway.get("/api/sessions/s1?app=shop").await;
    let order: Vec<_> =
        session["requests"].as_array().unwrap().iter().map(|one| one["event"]["event_id"].clone()).collect();
    assert_eq!(order, ["a", "b", "c"]);
    assert_eq!(
        (&session["request_count"], &session["error_count"], &session["traced_count"], &session["view_count"]),
        (&json!(3), &json!(1), &json!(1), &json!(2))
    );
    let time = |key: &str| session[key].as_f64().unwrap() - START as f64;
    assert_eq!((time("start_ms"), time("end_ms")), (1.0, 502.0));
    let views: Vec<_> = session["views"].as_array().unwrap().iter().map(|view| view["name"].clone()).collect();
    assert_eq!(views, ["/index.html", "/cart"]);
    assert_eq!(gateway.get("/api/sessions?app=shop").await["sessions"].as_array().unwrap().len(), 1);
    for path in ["/api/sessions/none", "/api/sessions/s1?app=admin"] {
        assert_eq!(gateway.request(Method::GET, path).send().await.unwrap().status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_topology_leads_from_applications_to_services() {
    let gateway = Gateway::start().await;
    filled(&gateway).await;
    let inner = backend("stock", TRACE, 8, Some(&format!("{:016x}", 7)), 30, json!({"kind": 3}));
    let failed = backend("bank", TRACE, 9, Some(&format!("{:016x}", 8)), 20, json!({"status": {"code": 2}}));
    export(&gateway, json!({"resourceSpans": [inner, failed]})).await;
    let topology = gateway.get("/api/topology").await;
    let edges: Vec<_> = topology["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| format!("{} {} {} {} {}", edge["from"], edge["to"], edge["calls"], edge["errors"], edge["p95_ms"]))
        .collect();
    assert_eq!(
        edges,
        [r#""app:shop" "service:stock" 1 0 40.0"#, r#""service:stock" "service:bank" 1 1 20.0"#],
        "{topology}"
    );
    let node = |id: &str| topology["nodes"].as_array().unwrap().iter().find(|node| node["id"] == id).unwrap().clone();
    assert_eq!((&node("app:shop")["calls"], &node("app:shop")["untraced"]), (&json!(1), &json!(2)));
    assert_eq!((&node("app:admin")["calls"], &node("app:admin")["untraced"]), (&json!(0), &json!(2)));
    assert_eq!(node("service:bank")["per_minute"], json!(1.0 / 60.0));
    let before = gateway.get(&format!("/api/topology?from=0&to={START}")).await;
    assert_eq!(before["nodes"], json!([]));
}

#[tokio::test]
async fn facets_count_the_values() {
    let gateway = Gateway::start().await;
    filled(&gateway).await;
    let facets = gateway.get("/api/facets").await;
    assert_eq!(facets["app"], json!([{"value": "shop", "count": 3}, {"value": "admin", "count": 2}]));
    assert_eq!(facets["service"], json!([{"value": "rum-browser", "count": 1}, {"value": "stock", "count": 1}]));
    assert_eq!(facets["view"][1], json!({"value": "/cart", "count": 1}));
    let early = gateway.get(&format!("/api/facets?to={}", START + 2)).await;
    assert_eq!(early["app"], json!([{"value": "shop", "count": 1}]));
}

/// A page stops before its bytes pass the bound, and the next one goes on.
#[tokio::test]
async fn answers_are_bounded_in_bytes() {
    let gateway = Gateway::start().await;
    for part in 0..5 {
        let events: Vec<_> = (0..100)
            .map(|id| {
                let id = part * 100 + id;
                let long = "ä".repeat(4_000);
                request(&id.to_string(), id, json!({"message": long, "url": long}))
            })
            .collect();
        for events in events.chunks(40) {
            send(&gateway, "shop", "uid_a", "s1", json!(events)).await;
        }
    }
    let text = gateway.request(Method::GET, "/api/requests?limit=500").send().await.unwrap().text().await.unwrap();
    assert!(text.len() <= 8 * 1024 * 1024 + 100, "{}", text.len());
    let answer: Value = serde_json::from_str(&text).unwrap();
    let first = answer["requests"].as_array().unwrap().len();
    assert!(first < 500);
    let rest = gateway.get(&format!("/api/requests?limit=500&cursor={}", answer["next"].as_str().unwrap())).await;
    assert_eq!(rest["requests"][0]["event"]["event_id"], json!((500 - first - 1).to_string()));
}
