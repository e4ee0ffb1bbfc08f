//! Who may read, and who may report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::json;
use support::{Gateway, bundle, event, post, settings, with_origins};
use tracebeam_gateway::{http::Token, settings::Settings};

const SECRET: &str = "a-token-of-20-letters";
const READING: [&str; 5] = ["/api/traces", "/api/events", "/api/traces/x", "/metrics", "/"];

fn with_token() -> Settings {
    Settings { token: Some(Token::new(SECRET).unwrap()), ..settings() }
}

async fn status(request: RequestBuilder) -> StatusCode {
    request.send().await.unwrap().status()
}

async fn refused(request: RequestBuilder, status: StatusCode, says: &str) {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), status, "{says}");
    let text = answer.text().await.unwrap();
    assert!(text.contains(says), "{text}");
}

#[tokio::test]
async fn only_names_of_the_gateway_reach_what_is_stored() {
    let gateway = Gateway::start_as(Settings { hosts: vec!["rum.internal".to_owned()], ..settings() }).await;
    for path in READING {
        let get = |host: &str| gateway.request(Method::GET, path).header("host", host);
        refused(get("evil.example"), StatusCode::FORBIDDEN, "--host evil.example").await;
        refused(get("localhost.evil.example:4318"), StatusCode::FORBIDDEN, "is no name of this gateway").await;
        for host in ["localhost", "LOCALHOST:9000", "127.0.0.1:4318", "[::1]:4318", "192.168.1.7", "rum.internal:8443"]
        {
            assert_ne!(status(get(host)).await, StatusCode::FORBIDDEN, "{host} {path}");
        }
    }
    assert_eq!(status(gateway.request(Method::GET, "/healthz").header("host", "x")).await, StatusCode::OK);
}

#[tokio::test]
async fn only_the_gateways_own_page_reads_what_is_stored() {
    let gateway = Gateway::start().await;
    for path in READING {
        let get = |headers: &[(&str, &str)]| {
            let request = gateway.request(Method::GET, path).header("host", "localhost:4318");
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        };
        for headers in [
            [("origin", "https://evil.example"), ("sec-fetch-mode", "cors")],
            [("origin", "http://localhost:3000"), ("sec-fetch-mode", "cors")],
            [("origin", "null"), ("sec-fetch-mode", "cors")],
            [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
            [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
        ] {
            refused(get(&headers), StatusCode::FORBIDDEN, "own page").await;
        }
        for headers in [
            [("origin", "http://localhost:4318"), ("sec-fetch-site", "same-origin")],
            [("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
        ] {
            assert_ne!(status(get(&headers)).await, StatusCode::FORBIDDEN, "{headers:?} {path}");
        }
        let link = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];
        assert_ne!(status(get(&link)).await, StatusCode::FORBIDDEN, "a link to {path}");
        let answer = get(&[]).send().await.unwrap();
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{path}");
        assert_eq!(answer.headers()["cross-origin-resource-policy"], "same-origin", "{path}");
    }
}

#[tokio::test]
async fn a_token_opens_what_is_not_public() {
    let gateway = Gateway::start_as(with_token()).await;
    for path in READING {
        let get = || gateway.request(Method::GET, path);
        let answer = get().send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.headers()["www-authenticate"].to_str().unwrap().starts_with("Basic"), "a browser asks its user");
        for wrong in ["Bearer wrong", "Bearer ", "Basic d3Jvbmc6d3Jvbmc=", "Digest x", SECRET] {
            assert_eq!(status(get().header("authorization", wrong)).await, StatusCode::UNAUTHORIZED, "{wrong}");
        }
        assert_ne!(status(get().bearer_auth(SECRET)).await, StatusCode::UNAUTHORIZED, "{path}");
        assert_ne!(status(get().basic_auth("anyone", Some(SECRET))).await, StatusCode::UNAUTHORIZED, "{path}");
    }
    let export = || gateway.request(Method::POST, "/v1/traces").header("content-type", "application/json").body("{}");
    assert_eq!(status(export()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(export().bearer_auth(SECRET)).await, StatusCode::OK);
    for path in ["/healthz", "/readyz"] {
        assert_eq!(status(gateway.request(Method::GET, path)).await, StatusCode::OK, "{path}");
    }
    assert!(gateway.send(&bundle(json!([event("a", json!({}))]))).await.is_success(), "pages have no token");
    assert!(Token::new("short").is_err() && Token::new(&" ".repeat(20)).is_err());
}

#[tokio::test]
async fn without_a_token_only_this_machine_reads() {
    let public = Gateway::start_public(settings()).await;
    for path in READING {
        refused(public.request(Method::GET, path), StatusCode::FORBIDDEN, "--token-file").await;
    }
    let export = public.request(Method::POST, "/v1/traces").header("content-type", "application/json").body("{}");
    refused(export, StatusCode::FORBIDDEN, "--token-file").await;
    assert_eq!(status(public.request(Method::GET, "/healthz")).await, StatusCode::OK);

    let behind_proxy = Gateway::start().await;
    for header in ["x-forwarded-for", "forwarded", "via"] {
        let get = behind_proxy.request(Method::GET, "/api/traces").header(header, "203.0.113.7");
        refused(get, StatusCode::FORBIDDEN, "behind a proxy needs a token").await;
    }
}

/// Rules, origin, application, whether it is taken, why.
type Row<'a> = (&'a [&'a str], Option<&'a str>, &'a str, bool, &'a str);

#[tokio::test]
async fn pages_report_for_their_own_application() {
    let shop =
        &["shop=https://shop.example,https://www.shop.example:8443/", "mini=none", "any=*", "*=https://all.example"];
    let rows: [Row<'_>; 17] = [
        (&[], Some("http://localhost:3000"), "shop", true, "a page of this machine"),
        (&[], Some("http://127.0.0.1:8080"), "shop", true, "by its address"),
        (&[], Some("http://[::1]:8080"), "shop", true, "by its other address"),
        (&[], Some("http://app.localhost"), "shop", true, "names under localhost are this machine's"),
        (&[], None, "shop", true, "a program of this machine"),
        (&[], Some("https://shop.example"), "shop", false, "a page that nobody has named"),
        (&[], Some("http://localhost.evil.example"), "shop", false, "a name that only begins so"),
        (&[], Some("null"), "shop", false, "a page without an origin"),
        (shop, Some("https://shop.example"), "shop", true, "named"),
        (shop, Some("https://www.shop.example:8443"), "shop", true, "named with a port"),
        (shop, Some("http://shop.example"), "shop", false, "another scheme"),
        (shop, Some("https://shop.example"), "mini", false, "another's application"),
        (shop, None, "mini", true, "a mini-program sends no origin"),
        (shop, None, "shop", false, "a page always sends one"),
        (shop, Some("http://localhost:3000"), "shop", false, "this machine is no exception any more"),
        (shop, Some("https://anything.example"), "any", true, "open to all"),
        (shop, Some("https://all.example"), "shop", true, "an origin for all applications"),
    ];
    for (rules, origin, app_id, taken, why) in rows {
        let gateway = Gateway::start_as(with_origins(rules)).await;
        let answer = post(&gateway, origin, app_id).send().await.unwrap();
        assert_eq!(answer.status() == StatusCode::NO_CONTENT, taken, "{why}: {}", answer.status());
        assert_eq!(gateway.events().await.len(), usize::from(taken), "{why}");
        if !taken {
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{why}");
            assert_eq!(gateway.metric("requests_refused_total{kind=\"origin\"}").await, 1, "{why}");
        }
    }
    let gateway = Gateway::start().await;
    let beacon = post(&gateway, Some("null"), "shop").header("sec-fetch-site", "same-site");
    assert_eq!(status(beacon).await, StatusCode::NO_CONTENT, "a beacon of a page that sends no referrer");
    for bad in
        ["shop", "=https://a.example", "shop=a.example", "shop=https://a.example/path", "shop=https://u@a.example"]
    {
        assert!(bad.parse::<tracebeam_gateway::http::Rule>().is_err(), "{bad}");
    }
}

#[tokio::test]
async fn browsers_are_told_which_pages_may_report() {
    let gateway = Gateway::start_as(with_origins(&["shop=https://shop.example"])).await;
    let preflight = async |path: &str, origin: &str| {
        let request = gateway.request(Method::OPTIONS, path).header("origin", origin);
        let request = request.header("access-control-request-method", "POST");
        request.header("access-control-request-headers", "content-encoding,content-type").send().await.unwrap()
    };
    for path in ["/rum", "/v1/traces", "/config/shop"] {
        let allowed = preflight(path, "https://shop.example").await;
        assert!(allowed.status().is_success(), "{path}");
        assert_eq!(allowed.headers()["access-control-allow-origin"], "https://shop.example", "{path}");
        let headers = allowed.headers()["access-control-allow-headers"].to_str().unwrap();
        assert!(headers.contains("content-type") && headers.contains("content-encoding"), "{path}: {headers}");
        assert!(!allowed.headers().contains_key("access-control-allow-credentials"), "{path}");
        let other = preflight(path, "https://evil.example").await;
        assert!(!other.headers().contains_key("access-control-allow-origin"), "{path}");
    }
    for path in READING {
        let answer = preflight(path, "https://shop.example").await;
        assert!(!answer.headers().contains_key("access-control-allow-origin"), "{path}");
    }
    let bad =
        gateway.request(Method::POST, "/rum").header("origin", "https://shop.example").body("{").send().await.unwrap();
    assert_eq!(bad.headers()["access-control-allow-origin"], "https://shop.example", "the page may read why");
    assert_eq!(bad.headers()["accept-encoding"], "gzip", "the agent may compress from the next batch on");
    let exposed = bad.headers()["access-control-expose-headers"].to_str().unwrap();
    assert!(exposed.contains("accept-encoding") && exposed.contains("retry-after"), "{exposed}");
}
