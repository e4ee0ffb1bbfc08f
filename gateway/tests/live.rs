//! Live updates: what a reader is told, how many readers there may be, and how they end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use support::{Gateway, bundle, event};
use tokio::time::timeout;

/// Nothing here takes as long unless it hangs.
const HANGS: Duration = Duration::from_secs(20);

#[tokio::test]
async fn live_updates_say_that_something_came_and_end_with_the_gateway() {
    let gateway = Gateway::start().await;
    let mut stream = gateway.request(Method::GET, "/api/live").send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut next = async || {
        let chunk = timeout(HANGS, stream.chunk()).await.expect("nothing comes").unwrap();
        chunk.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
    };
    assert_eq!(next().await.as_deref(), Some("event: stored\ndata: {\"events\":0,\"spans\":0}\n\n"), "what is there");
    let untraced = json!({"traceparent": null, "trace_id": null});
    assert!(gateway.send(&bundle(json!([event("a", json!({})), event("b", untraced)]))).await.is_success());
    assert_eq!(next().await.as_deref(), Some("event: stored\ndata: {\"events\":2,\"spans\":1}\n\n"));
    timeout(HANGS, gateway.stop()).await.expect("a reader keeps the gateway from stopping");
    assert_eq!(next().await, None);
}

#[tokio::test]
async fn live_readers_are_few() {
    let gateway = Gateway::start().await;
    let mut readers = Vec::new();
    for _ in 0..32 {
        readers.push(gateway.request(Method::GET, "/api/live").send().await.unwrap());
    }
    assert!(readers.iter().all(|reader| reader.status() == StatusCode::OK));
    let refused = gateway.request(Method::GET, "/api/live").send().await.unwrap();
    assert_eq!(
        (refused.status(), refused.headers()["retry-after"].to_str().unwrap()),
        (StatusCode::SERVICE_UNAVAILABLE, "1")
    );
    readers.clear();
    // A place is free once the gateway has noticed.
    let again = async {
        while gateway.request(Method::GET, "/api/live").send().await.unwrap().status() != StatusCode::OK {
            tokio::task::yield_now().await;
        }
    };
    timeout(HANGS, again).await.expect("places are not given back");
}
