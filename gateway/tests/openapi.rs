//! docs/gateway/openapi.json names every endpoint and every parameter, and nothing else. That answers are what it says
//! is tested in tests/e2e/gateway_view_api.test.mjs, which has a validator of JSON Schema.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use support::{Gateway, TRACE, json_of};
use tracebeam_gateway::http::endpoints;

async fn document(gateway: &Gateway) -> Value {
    gateway.get("/api/openapi.json").await
}

fn names(operation: &Value, place: &str) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().unwrap().iter();
    parameters.filter(|one| one["in"] == place).map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

/// A path with something in each of its places.
fn filled(path: &str) -> String {
    path.replace("{trace_id}", TRACE).replace("{id}", "1").replace("{session_id}", "s").replace("{pid}", "p")
}

#[tokio::test]
async fn every_endpoint_is_described() {
    let gateway = Gateway::start().await;
    let document = document(&gateway).await;
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())))
        .collect();
    let there: BTreeSet<_> =
        endpoints().into_iter().map(|(method, path)| (method.to_owned(), path.to_owned())).collect();
    assert_eq!(described, there);
    for (method, path) in &there {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let status = gateway.request(method, &filled(path)).send().await.unwrap().status();
        assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        let in_path: BTreeSet<_> =
            path.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
        let operation = document["paths"][path].as_object().unwrap().values().next().unwrap();
        assert_eq!(names(operation, "path"), in_path, "{path}");
    }
}

/// A refusal of an unknown parameter lists those that there are.
#[tokio::test]
async fn every_parameter_is_described() {
    let gateway = Gateway::start().await;
    let document = document(&gateway).await;
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let described =
            names(&item["get"].clone().as_object().map_or(item["post"].clone(), |get| get.clone().into()), "query");
        if described.is_empty() {
            continue;
        }
        let answer = gateway.request(Method::GET, &format!("{}?nonsense=1", filled(path))).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        let said = json_of(answer).await["error"].as_str().unwrap().to_owned();
        let (_, list) =
            said.split_once("unknown field `nonsense`, expected ").unwrap_or_else(|| panic!("{path}: {said}"));
        let known: BTreeSet<_> = list.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(described, known, "{path}");
        seen += known.len();
    }
    assert!(seen > 30, "{seen}");
}

#[tokio::test]
async fn refusals_name_the_parameter() {
    let gateway = Gateway::start().await;
    for (path, names) in [
        (
            "/api/requests",
            "limit=x limit=-1 failed=yes traced=1 status=x status=99 status=0xx trace_id=1 from=x from=-1",
        ),
        ("/api/requests", "to=nan min_duration=inf max_duration=-1 cursor=x cursor=1"),
        ("/api/events", "limit=x trace_id=1"),
        ("/api/traces", "limit=x cursor=x failed=x min_duration=x"),
        ("/api/sessions", "from=x to=x limit=x"),
        ("/api/sessions/s", "cursor=x limit=x"),
        ("/api/topology", "from=x to=-1"),
        ("/api/facets", "from=x"),
    ] {
        for one in names.split(' ') {
            let answer = gateway.request(Method::GET, &format!("{path}?{one}")).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}?{one}");
            let said = json_of(answer).await["error"].as_str().unwrap().to_owned();
            assert!(said.contains(one.split('=').next().unwrap()), "{path}?{one}: {said}");
        }
    }
    let answer = gateway.request(Method::GET, "/api/topology?from=2&to=1").send().await.unwrap();
    assert_eq!(json_of(answer).await["error"], "from must be before to");
    let answer = gateway.request(Method::GET, "/api/requests/x").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}
