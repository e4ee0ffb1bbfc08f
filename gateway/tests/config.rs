//! What agents with `remoteConfig` are told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::fs;

use reqwest::{Method, StatusCode};
use support::Gateway;

async fn status(gateway: &Gateway, path: &str) -> StatusCode {
    gateway.request(Method::GET, path).send().await.unwrap().status()
}

#[tokio::test]
async fn a_file_is_given_with_a_tag_that_changes_with_it() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop@1.json");
    fs::write(&file, r#"{"tracing":{"sample":5}}"#).unwrap();
    let gateway = Gateway::start_with_config(directory.path()).await;
    let ask = |tag: Option<String>| {
        let request = gateway.request(Method::GET, "/config/shop%401").header("origin", "http://localhost:3000");
        tag.map_or(request.try_clone().unwrap(), |tag| request.header("if-none-match", tag)).send()
    };
    let answer = ask(None).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("access-control-allow-origin").unwrap(), "http://localhost:3000");
    assert_eq!(header("content-type").unwrap(), "application/json");
    assert_eq!(header("cache-control").unwrap(), "no-cache", "kept, and asked about");
    let tag = header("etag").unwrap();
    assert_eq!(answer.text().await.unwrap(), r#"{"tracing":{"sample":5}}"#);
    for known in [tag.clone(), format!("\"other\", W/{tag}")] {
        let answer = ask(Some(known)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer.headers()["etag"], tag);
        assert_eq!(answer.headers()["access-control-allow-origin"], "http://localhost:3000");
    }
    fs::write(&file, r#"{"tracing":false}"#).unwrap();
    let answer = ask(Some(tag)).await.unwrap();
    assert_eq!(answer.text().await.unwrap(), r#"{"tracing":false}"#);
    gateway.stop().await;
}

#[tokio::test]
async fn no_name_leads_out_of_the_directory() {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("config");
    fs::create_dir_all(directory.join("sub")).unwrap();
    for file in ["secret.json", "config/.hidden.json", "config/sub/x.json"] {
        fs::write(parent.path().join(file), "{}").unwrap();
    }
    let gateway = Gateway::start_with_config(&directory).await;
    for name in ["..%2Fsecret", "%2e%2e%2fsecret", ".hidden", "sub%2Fx", "sub%5Cx", "absent", "x%00", "%2Fetc%2Fpasswd"]
    {
        assert_eq!(status(&gateway, &format!("/config/{name}")).await, StatusCode::NOT_FOUND, "{name}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn a_file_that_no_agent_could_use_is_an_error_and_says_which() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("broken.json"), "{").unwrap();
    fs::write(directory.path().join("long.json"), format!("{{\"x\":\"{}\"}}", "x".repeat(60_000))).unwrap();
    fs::write(directory.path().join("bytes.json"), b"\xff\xfe").unwrap();
    let gateway = Gateway::start_with_config(directory.path()).await;
    for name in ["broken", "long", "bytes"] {
        let answer = gateway.request(Method::GET, &format!("/config/{name}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{name}");
        assert!(answer.text().await.unwrap().contains(&format!("{name}.json")), "{name}");
    }
    gateway.stop().await;
}

#[tokio::test]
async fn without_a_directory_there_is_none() {
    let gateway = Gateway::start().await;
    assert_eq!(status(&gateway, "/config/shop").await, StatusCode::NOT_FOUND);
    gateway.stop().await;
}
