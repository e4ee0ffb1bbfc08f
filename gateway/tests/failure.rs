//! A store that cannot be written: nothing is lost, for every answer asks to come again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use support::{Gateway, bundle, event, settings};
use tracebeam_gateway::{
    settings::Settings,
    store::{Store, StoreError},
};

fn spans() -> Value {
    json!({"resourceSpans": [{"scopeSpans": [{"spans": [{
        "traceId": "11".repeat(16), "spanId": "22".repeat(8), "name": "n",
        "startTimeUnixNano": "1790000000000000000", "endTimeUnixNano": "1790000000001000000",
    }]}]}]})
}

#[tokio::test]
async fn a_locked_file_asks_to_come_again() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let gateway = Gateway::start_with(&file).await;
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let batch = bundle(json!([event("a", json!({}))]));
    for request in [
        gateway.request(Method::POST, "/rum").body(batch.to_string()),
        gateway
            .request(Method::POST, "/v1/traces")
            .header("content-type", "application/json")
            .body(spans().to_string()),
        gateway.request(Method::GET, "/readyz"),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE, "{}", answer.url());
        assert_eq!(answer.headers()["retry-after"], "1");
    }
    let live = gateway.request(Method::GET, "/healthz").send().await.unwrap();
    assert_eq!(live.status(), StatusCode::OK, "restarting the gateway would not help");
    assert_eq!(gateway.metric("requests_refused_total{kind=\"store\"}").await, 3);

    other.execute_batch("COMMIT").unwrap();
    assert_eq!(gateway.send(&batch).await, StatusCode::NO_CONTENT);
    let export = gateway.post("/v1/traces", "application/json", spans().to_string()).await;
    assert_eq!(export.status(), StatusCode::OK);
    assert_eq!(gateway.request(Method::GET, "/readyz").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!((gateway.events().await.len(), gateway.traces().await.len()), (1, 2), "as sent, once each");
    assert_eq!(gateway.counter("events_duplicate").await, 0, "what failed left no trace in the index");
}

#[test]
fn faults_of_the_system_may_pass_and_faults_of_the_file_do_not() {
    use rusqlite::ffi;
    for (code, passes) in [
        (ffi::SQLITE_FULL, true),
        (ffi::SQLITE_BUSY, true),
        (ffi::SQLITE_LOCKED, true),
        (ffi::SQLITE_IOERR, true),
        (ffi::SQLITE_READONLY, true),
        (ffi::SQLITE_CANTOPEN, true),
        (ffi::SQLITE_CORRUPT, false),
        (ffi::SQLITE_NOTADB, false),
    ] {
        let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        assert_eq!(StoreError::from(error).is_temporary(), passes, "{code}");
    }
}

/// While the store hangs, requests are refused before they take more memory than there is for them.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_bounded_in_bytes() {
    const MOST: usize = 1024 * 1024;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("store.db");
    let store = Store::open(&file).unwrap();
    let gateway = Gateway::start_on_as(store, Settings { intake_bytes: MOST, ..settings() }).await;
    let other = rusqlite::Connection::open(&file).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let batch = |number: u32| {
        let events = (0..80).map(|id| event(&format!("{number}-{id}"), json!({"message": "x".repeat(4_000)})));
        bundle(json!(events.collect::<Vec<_>>())).to_string()
    };
    let first = tokio::spawn(gateway.request(Method::POST, "/rum").body(batch(1)).send());
    while gateway.metric("intake_bytes").await < batch(1).len() as u64 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // Larger than what is left, and within what a body may have.
    let answer = gateway.request(Method::POST, "/rum").body("x".repeat(MOST - 1)).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(gateway.metric("requests_refused_total{kind=\"busy\"}").await, 1);
    let answer = first.await.unwrap().unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(gateway.metric("intake_bytes").await, 0, "all of it is free again");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(gateway.post("/rum", "text/plain", batch(1)).await.status(), StatusCode::NO_CONTENT);
}
