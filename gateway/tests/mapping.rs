//! From an event on the wire to a span in the API, by the table of docs/events.md.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use support::{Gateway, SPAN, TRACE, bundle, event};

async fn span_of(bundle: Value) -> Value {
    let gateway = Gateway::start().await;
    gateway.send(&bundle).await;
    let trace = gateway.trace(TRACE).await;
    trace["spans"][0].clone()
}

async fn span_with(changes: Value) -> Value {
    span_of(bundle(json!([event("a", changes)]))).await
}

#[tokio::test]
async fn every_row_of_the_table() {
    let span =
        span_with(json!({"first_byte_duration": 3.25, "dns_duration": 0, "size": 512, "transfer_size": 812})).await;
    assert_eq!(span["span_id"], SPAN);
    assert_eq!(span["parent_span_id"], Value::Null);
    assert_eq!(span["name"], "browser.request:/api/orders/{id}");
    assert_eq!(span["kind"], "client");
    assert_eq!(span["service"], "rum-browser");
    assert_eq!(span["start_unix_nano"], "1790000000000250000");
    assert_eq!(span["duration_ms"], 12.5);
    assert_eq!(span["trace_state"], "rum=v2&browser&demo&session-1");
    assert_eq!(span["status"], json!({"code": "unset", "message": ""}));
    assert_eq!(
        span["resource"],
        json!({
            "service.name": "rum-browser", "service.version": "1.0.0", "deployment.environment.name": "local",
            "rum.app.id": "demo", "rum.app.type": "browser",
        })
    );
    assert_eq!(span["scope"], json!({"name": "tracebeam", "version": "0.1.0"}));
    assert_eq!(
        span["attributes"],
        json!({
            "http.request.method": "GET", "url.full": "http://127.0.0.1:7710/api/orders/1",
            "server.address": "127.0.0.1", "server.port": 7710, "http.response.status_code": 200,
            "network.protocol.name": "http", "network.protocol.version": "2", "client.address": "127.0.0.1",
            "user.id": "uid_1", "session.id": "session-1", "view.id": "view-1", "view.name": "/index.html",
            "http.response.body.size": 512, "http.response.size": 812,
            "rum.event.id": "a", "rum.resource.type": "fetch", "rum.resource.outcome": "ok", "rum.network.model": "4g",
            "rum.trace_context_hint": "set", "rum.server_timing_hint": "not_available",
            "rum.phase.dns_ms": 0.0, "rum.phase.first_byte_ms": 3.25,
        })
    );
}

#[tokio::test]
async fn the_end_of_a_request_decides_its_status() {
    // outcome, status, message → status code, status message, error.type
    let rows = [
        (json!("ok"), json!(204), "unset", "", Value::Null, "good"),
        (json!("http_error"), json!(404), "error", "", json!("404"), "a client span fails from 400 on"),
        (json!("http_error"), json!(503), "error", "", json!("503"), "the code says it all"),
        (
            json!("network_error"),
            json!(0),
            "error",
            "no luck",
            json!("network_error"),
            "without a code the message says it",
        ),
        (json!("timeout"), json!(null), "error", "no luck", json!("timeout"), "a timeout"),
        (json!("abort"), json!(null), "error", "no luck", json!("abort"), "given up"),
        (json!(null), json!(500), "error", "", json!("500"), "no outcome: the code decides"),
        (json!("of the future"), json!(200), "unset", "", Value::Null, "an unknown outcome counts as none"),
        (json!(null), json!("404"), "error", "", json!("404"), "some agents send the code as text"),
        (json!(null), json!("200"), "unset", "", Value::Null, "and a good one"),
        (json!(null), json!(404.0), "error", "", json!("404"), "a number is a number"),
        (json!("http_error"), json!(200), "error", "", json!("http_error"), "a good code is no error's type"),
        (json!("timeout"), json!(""), "error", "no luck", json!("timeout"), "a text without a number is no code"),
    ];
    for (outcome, code, status, message, error_type, why) in rows {
        let span =
            span_with(json!({"outcome": outcome, "status_code": code, "message": "no luck", "success": null})).await;
        assert_eq!(span["status"], json!({"code": status, "message": message}), "{why}");
        assert_eq!(span["attributes"].get("error.type").unwrap_or(&Value::Null), &error_type, "{why}");
    }
}

#[tokio::test]
async fn what_the_application_says_of_success_decides() {
    // success, outcome, status, message → status code, status message, error.type
    let rows = [
        (1, "http_error", 404, "Not Found", "unset", "", Value::Null, "expected by the application"),
        (0, "ok", 200, "sold out", "error", "sold out", json!("_OTHER"), "a good answer with bad news"),
        (0, "http_error", 500, "x", "error", "", json!("500"), "as the agent says by itself"),
        (0, "network_error", 0, "no luck", "error", "no luck", json!("network_error"), "no answer"),
        (-1, "abort", 0, "given up", "error", "given up", json!("abort"), "nobody knows: the outcome decides"),
        (-1, "ok", 200, "x", "unset", "", Value::Null, "nobody knows, and nothing failed"),
    ];
    for (success, outcome, code, message, status, says, error_type, why) in rows {
        let span =
            span_with(json!({"success": success, "outcome": outcome, "status_code": code, "message": message})).await;
        assert_eq!(span["status"], json!({"code": status, "message": says}), "{why}");
        assert_eq!(span["attributes"].get("error.type").unwrap_or(&Value::Null), &error_type, "{why}");
    }
}

#[tokio::test]
async fn what_the_application_adds_becomes_attributes() {
    let mut bundle = bundle(json!([event(
        "a",
        json!({
            "properties": {"plan": "gold", "items": 3, "beta": true, "tag": "event", "nested": {"a": 1}, "none": null},
            "redirected_url": "https://shop.example/login?token=abc", "reached_server": "unknown",
        })
    )]));
    bundle["properties"] = json!({"tag": "bundle", "release": "spring"});
    let span = span_of(bundle).await;
    let given = |key: &str| span["attributes"].get(key).cloned().unwrap_or_default();
    assert_eq!(given("rum.properties.plan"), "gold");
    assert_eq!((given("rum.properties.items"), given("rum.properties.beta")), (json!(3.0), json!(true)));
    assert_eq!((given("rum.properties.tag"), given("rum.properties.release")), (json!("event"), json!("spring")));
    assert_eq!((given("rum.properties.nested"), given("rum.properties.none")), (Value::Null, Value::Null));
    assert_eq!(given("rum.resource.redirected_url"), "https://shop.example/login?token=REDACTED");
    assert_eq!(given("rum.resource.reached_server"), "unknown");
}

#[tokio::test]
async fn mini_programs_have_their_own_service() {
    for (kind, service, name) in [
        ("miniapp", "rum-miniapp", "miniapp.request:/api/orders/{id}"),
        ("uniapp", "rum-miniapp", "miniapp.request:/api/orders/{id}"),
        ("browser", "rum-browser", "browser.request:/api/orders/{id}"),
    ] {
        let mut bundle = bundle(json!([event("a", json!({}))]));
        bundle["app"]["type"] = kind.into();
        let span = span_of(bundle).await;
        assert_eq!((&span["service"], &span["name"]), (&json!(service), &json!(name)));
    }
}

#[tokio::test]
async fn an_application_with_a_name_is_a_service_of_that_name() {
    for (name, service, why) in [
        (json!("storefront"), "storefront", "a name"),
        (json!(" "), "rum-browser", "an empty one"),
        (json!(7), "rum-browser", "a number is no name"),
        (json!(null), "rum-browser", "none"),
    ] {
        let mut bundle = bundle(json!([event("a", json!({}))]));
        bundle["app"]["name"] = name;
        let span = span_of(bundle).await;
        assert_eq!(span["service"], service, "{why}");
        assert_eq!(span["name"], "browser.request:/api/orders/{id}", "{why}");
    }
}

#[tokio::test]
async fn an_event_speaks_for_its_own_view() {
    let span = span_with(json!({"view": {"id": "view-2", "name": "/cart?token=abc"}})).await;
    assert_eq!(span["attributes"]["view.id"], "view-2");
    assert_eq!(span["attributes"]["view.name"], "/cart?token=REDACTED");
}

#[tokio::test]
async fn an_event_speaks_for_itself() {
    // fields of the event → session, view id, view name
    let rows = [
        (
            json!({"session_id": "session-2"}),
            "session-2",
            json!("view-1"),
            json!("/index.html"),
            "a session of its own",
        ),
        (json!({"session_id": null}), "session-1", json!("view-1"), json!("/index.html"), "null is none"),
        (json!({"session_id": " "}), "session-1", json!("view-1"), json!("/index.html"), "an empty one is none"),
        (json!({"view": {"id": "v", "name": "/b"}}), "session-1", json!("v"), json!("/b"), "a view of its own"),
        (json!({"view": {"id": "v"}}), "session-1", json!("v"), Value::Null, "never the name of another view"),
        (json!({"view": {}}), "session-1", json!("view-1"), json!("/index.html"), "a view that says nothing"),
    ];
    for (changes, session, view, name, why) in rows {
        let span = span_with(changes).await;
        let given = |key: &str| span["attributes"].get(key).cloned().unwrap_or_default();
        assert_eq!(given("session.id"), session, "{why}");
        assert_eq!((given("view.id"), given("view.name")), (view, name), "{why}");
    }
}

#[tokio::test]
async fn an_unknown_end_is_marked() {
    for (given, kept) in [
        (json!(true), json!(true)),
        (json!(false), Value::Null),
        (Value::Null, Value::Null),
        (json!("another agent's"), Value::Null),
    ] {
        let span = span_with(json!({"incomplete": given})).await;
        assert_eq!(span["attributes"].get("rum.resource.incomplete").unwrap_or(&Value::Null), &kept, "{given}");
    }
}

#[tokio::test]
async fn methods_as_a_server_sees_them() {
    for (given, kept) in [("get", "GET"), ("Post", "POST"), ("patch", "patch"), ("PATCH", "PATCH")] {
        let span = span_with(json!({"method": given})).await;
        assert_eq!(span["attributes"]["http.request.method"], kept);
    }
}

#[tokio::test]
async fn urls_of_other_agents() {
    // url → url.full, url.path, server.address, server.port
    let rows = [
        ("HTTPS://Shop.example:443/a b", json!(["https://shop.example/a%20b", null, "shop.example", 443])),
        ("https:\\\\shop.example\\a", json!(["https://shop.example/a", null, "shop.example", 443])),
        ("/api/a?b=1", json!([null, "/api/a", null, null])),
        ("wss://shop.example/live", json!(["wss://shop.example/live", null, null, null])),
    ];
    for (given, kept) in rows {
        let span = span_with(json!({"url": given})).await;
        let found: Vec<_> = ["url.full", "url.path", "server.address", "server.port"]
            .map(|key| span["attributes"].get(key).cloned().unwrap_or_default())
            .into();
        assert_eq!(json!(found), kept, "{given}");
    }
}

#[tokio::test]
async fn protocols_by_their_two_names() {
    for (given, name, version) in [
        ("h2", "http", json!("2")),
        ("h3", "http", json!("3")),
        ("http/1.1", "http", json!("1.1")),
        ("spdy", "spdy", Value::Null),
    ] {
        let span = span_with(json!({"protocol": given})).await;
        assert_eq!(span["attributes"]["network.protocol.name"], name);
        assert_eq!(span["attributes"].get("network.protocol.version").unwrap_or(&Value::Null), &version);
    }
}

#[tokio::test]
async fn no_secret_of_any_field_is_stored() {
    let gateway = Gateway::start().await;
    let secret = "hunter2";
    let url = format!("https://{secret}:{secret}@api.example/a?token={secret}#{secret}");
    let mut bundle = bundle(json!([event(
        "a",
        json!({
            "url": url, "name": url, "message": format!("failed: {url}"), "view": {"id": "v", "name": url},
            "status_code": null, "outcome": "network_error",
            "redirected_url": url, "properties": {"password": secret, "note": url, "list": [secret]},
            "trace_data": json!({"spanId": SPAN, "headers": {"authorization": secret}}).to_string(),
            "timing_data": json!({"name": url}).to_string(),
        })
    )]));
    bundle["user"]["name"] = secret.into();
    gateway.send(&bundle).await;
    let stored = format!("{}{}", gateway.get("/api/events").await, gateway.get(&format!("/api/traces/{TRACE}")).await);
    assert!(stored.contains("REDACTED"));
    assert!(!stored.contains(secret), "{stored}");
}

#[tokio::test]
async fn phases_that_cannot_be_are_left_out() {
    let span = span_with(json!({"dns_duration": -1, "connect_duration": 9_999, "ssl_duration": 2})).await;
    let phases: Vec<_> =
        span["attributes"].as_object().unwrap().keys().filter(|key| key.starts_with("rum.phase")).cloned().collect();
    assert_eq!(phases, ["rum.phase.ssl_ms"]);
}
