//! The HTTP manners of `/rum` and its neighbours: types, encodings, sizes, methods, CORS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{Gateway, bundle, event, gzip, json_of};

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
        assert_eq!(request.send().await.unwrap().status(), StatusCode::NO_CONTENT, "{content_type:?}");
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
        let response =
            gateway.request(Method::POST, "/rum").header(name, value).body(body.clone()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{name}: {value}");
        assert!(json_of(response).await["error"].is_string());
    }
    assert!(gateway.events().await.is_empty());
}

#[tokio::test]
async fn gzip_is_taken_and_bounded_by_what_it_unpacks_to() {
    let gateway = Gateway::start().await;
    let send =
        |body: Vec<u8>| gateway.request(Method::POST, "/rum").header("content-encoding", "gzip").body(body).send();
    let good = gzip(bundle(json!([event("a", json!({}))])).to_string().as_bytes());
    assert_eq!(send(good.clone()).await.unwrap().status(), StatusCode::NO_CONTENT);
    let bomb = gzip(&vec![b' '; 8 * 1024 * 1024]);
    assert!(bomb.len() < 100_000);
    assert_eq!(send(bomb).await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(good[..good.len() - 9].to_vec()).await.unwrap().status(), StatusCode::BAD_REQUEST, "cut short");
    assert_eq!(send(b"not gzip".to_vec()).await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(gateway.events().await.len(), 1);
}

#[tokio::test]
async fn large_bodies_are_413() {
    let gateway = Gateway::start().await;
    let response = gateway.post("/rum", "text/plain", vec![b' '; 1024 * 1024 + 1]).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let many: Vec<_> = (0..1_001).map(|_| json!({"event_type": "view"})).collect();
    let response = gateway.post("/rum", "text/plain", bundle(json!(many)).to_string()).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST, "many small events");
}

#[tokio::test]
async fn other_methods_are_405_and_other_paths_404() {
    let gateway = Gateway::start().await;
    for (method, path) in
        [(Method::GET, "/rum"), (Method::PUT, "/rum"), (Method::GET, "/v1/traces"), (Method::DELETE, "/api/events")]
    {
        let response = gateway.request(method.clone(), path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert!(response.headers().contains_key("allow"), "{method} {path}");
    }
    let response = gateway.request(Method::GET, "/nothing").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}
