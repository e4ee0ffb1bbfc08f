//! What pages may do to applications of others: nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use support::{Gateway, TRACE, bundle, event, json_of, post, settings, with_origins};
use tracebeam_gateway::{http::Token, settings::Settings};

const SECRET: &str = "a-token-of-20-letters";

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

fn export(trace: &str, span: u64, app_id: Option<&str>) -> Value {
    let attributes = app_id.map(|id| json!({"key": "rum.app.id", "value": {"stringValue": id}}));
    json!({"resourceSpans": [{"resource": {"attributes": attributes.as_slice()}, "scopeSpans": [{"spans": [{
        "traceId": trace, "spanId": format!("{span:016x}"), "name": "n",
        "startTimeUnixNano": "1790000000000000000", "endTimeUnixNano": "1790000000001000000",
    }]}]}]})
}

async fn send_spans(gateway: &Gateway, origin: Option<&str>, spans: &Value) -> Response {
    let request = gateway.request(Method::POST, "/v1/traces").header("content-type", "application/json");
    let request = origin.iter().fold(request, |request, origin| request.header("origin", *origin));
    request.body(spans.to_string()).send().await.unwrap()
}

#[tokio::test]
async fn spans_of_a_page_are_of_its_own_application() {
    let gateway = Gateway::start_as(Settings {
        token: Some(Token::new(SECRET).unwrap()),
        ..with_origins(&["shop=https://shop.example"])
    })
    .await;
    // origin, application → status
    for (origin, app_id, expected, why) in [
        (Some("https://shop.example"), Some("shop"), StatusCode::OK, "its own, without a token"),
        (Some("https://shop.example"), Some("bank"), StatusCode::BAD_REQUEST, "another's"),
        (Some("https://shop.example"), None, StatusCode::BAD_REQUEST, "of nobody"),
        (Some("https://evil.example"), Some("shop"), StatusCode::FORBIDDEN, "of another page"),
        (None, Some("shop"), StatusCode::UNAUTHORIZED, "a program needs the token"),
    ] {
        assert_eq!(send_spans(&gateway, origin, &export(TRACE, 1, app_id)).await.status(), expected, "{why}");
    }
    let trace = gateway.request(Method::GET, &format!("/api/traces/{TRACE}")).bearer_auth(SECRET).send().await.unwrap();
    assert_eq!(json_of(trace).await["spans"][0]["app_id"], "shop");
}

#[tokio::test]
async fn another_application_cannot_rename_stretch_or_fill_a_trace() {
    let gateway =
        Gateway::start_as(with_origins(&["shop=https://shop.example", "evil=https://evil.example", "*=none"])).await;
    assert!(status(post(&gateway, Some("https://shop.example"), "shop")).await.is_success());
    let before = gateway.traces().await[0].clone();
    assert_eq!(before["root_name"], "browser.request:/api/orders/{id}");
    // Earlier, longer, and many.
    let events: Vec<_> = (0..900)
        .map(|id| {
            let header = format!("00-{TRACE}-{:016x}-01", id + 1);
            event(
                &format!("e{id}"),
                json!({"name": "owned", "timestamp": 1_789_999_000_000_u64, "duration": 9e6, "traceparent": header}),
            )
        })
        .collect();
    let mut flood = bundle(json!(events));
    flood["app"]["id"] = "evil".into();
    let request =
        gateway.request(Method::POST, "/rum").header("origin", "https://evil.example").body(flood.to_string());
    assert!(status(request).await.is_success());
    let after = gateway.traces().await[0].clone();
    for key in ["root_name", "root_service", "services", "start_unix_nano", "duration_ms"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    assert_eq!(after["span_count"], 201, "200 of them are kept, marked as foreign");
    assert_eq!(gateway.counter("spans_over_limit").await, 700);
    let spans = gateway.trace(TRACE).await["spans"].as_array().unwrap().clone();
    assert!(spans.iter().all(|span| span["foreign"] == (span["app_id"] == "evil")));
    assert_eq!(send_spans(&gateway, None, &export(TRACE, 7, None)).await.status(), StatusCode::OK);
    assert_eq!(gateway.traces().await[0]["span_count"], 202, "a backend's span has its place");
}

#[tokio::test]
async fn clients_and_applications_have_rates() {
    let proxy = "127.0.0.1".parse::<std::net::IpAddr>().unwrap();
    let limited = Settings { client_rate: 1, trusted_proxies: vec![proxy.into()], ..with_origins(&["*=*"]) };
    let gateway = Gateway::start_as(limited).await;
    let send = |forwarded: &str| post(&gateway, None, "shop").header("x-forwarded-for", forwarded);
    let mut statuses = Vec::new();
    for _ in 0..10 {
        // What stands before the proxy's own word was written by the client.
        let spoofed = format!("198.51.100.{}, 203.0.113.7", statuses.len());
        statuses.push(send(&spoofed).send().await.unwrap());
    }
    let over: Vec<_> = statuses.iter().filter(|answer| answer.status() == StatusCode::TOO_MANY_REQUESTS).collect();
    assert!(
        !over.is_empty() && statuses[..5].iter().all(|answer| answer.status().is_success()),
        "five may come at once"
    );
    assert_eq!(over[0].headers()["retry-after"], "1");
    assert!(status(send("203.0.113.8")).await.is_success(), "another client");
    assert_eq!(
        gateway.events().await[0]["client_address"],
        "203.0.113.7",
        "the first event's client is the proxy's word"
    );

    let gateway = Gateway::start_as(Settings { app_rate: 1, ..settings() }).await;
    let many = |app_id: &str, count: usize| {
        let mut many = bundle(json!((0..count).map(|id| event(&id.to_string(), json!({}))).collect::<Vec<_>>()));
        many["app"]["id"] = app_id.into();
        many
    };
    assert!(gateway.send(&many("shop", 1_000)).await.is_success(), "one bundle always fits");
    assert_eq!(gateway.send(&many("shop", 900)).await, StatusCode::TOO_MANY_REQUESTS);
    assert!(gateway.send(&many("bank", 900)).await.is_success(), "another application");
}
