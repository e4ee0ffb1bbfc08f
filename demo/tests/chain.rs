//! Both services and a real gateway in one process: one request gives one chain of spans.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::{path::PathBuf, time::Duration};

use axum::Router;
use reqwest::{Client, Method, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;
use tracebeam_demo::{cli::ShopArgs, inventory, shop, telemetry::Telemetry};
use tracebeam_gateway::{server, settings::Settings, store::Store};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";

struct Demo {
    gateway: String,
    shop: String,
    other_origin: String,
    telemetry: [Telemetry; 2],
    client: Client,
}

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

fn run(listener: TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await });
}

impl Demo {
    async fn start() -> Self {
        let (at, gateway) = listener().await;
        let store = Store::open(":memory:".as_ref()).unwrap();
        tokio::spawn(server::serve(at, store, Settings::default(), std::future::pending()));

        let inventory_telemetry = Telemetry::start("inventory", &gateway).unwrap();
        let (at, inventory) = listener().await;
        run(at, inventory::service(&inventory_telemetry));

        let shop_telemetry = Telemetry::start("shop", &gateway).unwrap();
        let ((page_at, shop), (other_at, other_origin)) = (listener().await, listener().await);
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
        let args = ShopArgs {
            listen: "127.0.0.1:0".parse().unwrap(),
            cross_origin_listen: "127.0.0.1:0".parse().unwrap(),
            inventory,
            gateway: gateway.clone(),
            www: root.join("www"),
            dist: root.join("no-such-directory"),
        };
        let services = shop::services(&args, &shop_telemetry, shop.clone(), other_origin.clone());
        run(page_at, services.page);
        run(other_at, services.other_origin);
        Self { gateway, shop, other_origin, telemetry: [inventory_telemetry, shop_telemetry], client: Client::new() }
    }

    async fn call(&self, method: Method, path: &str, flags: &str) -> (StatusCode, Value) {
        let response = self
            .client
            .request(method, format!("{}{path}", self.shop))
            .header("traceparent", format!("00-{TRACE}-{SPAN}-{flags}"))
            .header("tracestate", "rum=v2&browser&demo&s1")
            .send()
            .await
            .unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Stops the exporters, which sends what they hold, and reads the spans.
    async fn spans(self) -> Vec<Value> {
        for telemetry in self.telemetry {
            telemetry.stop().await;
        }
        let response = self.client.get(format!("{}/api/traces/{TRACE}", self.gateway)).send().await.unwrap();
        if response.status() == StatusCode::NOT_FOUND {
            return Vec::new();
        }
        response.json::<Value>().await.unwrap()["spans"].as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_goes_on_from_the_callers_header() {
    let demo = Demo::start().await;
    let (status, answer) = demo.call(Method::GET, "/api/orders/7", "01").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(answer["trace_id"], TRACE);
    assert_eq!(answer["received"]["shop"]["traceparent"], format!("00-{TRACE}-{SPAN}-01"));
    assert_eq!(answer["received"]["inventory"]["tracestate"], "rum=v2&browser&demo&s1");

    let spans = demo.spans().await;
    let chain: Vec<_> = spans
        .iter()
        .map(|span| (span["service"].as_str().unwrap(), span["kind"].as_str().unwrap(), span["name"].as_str().unwrap()))
        .collect();
    assert_eq!(
        chain,
        [
            ("shop", "server", "GET /api/orders/{id}"),
            ("shop", "client", "GET /stock/{id}"),
            ("inventory", "server", "GET /stock/{id}"),
        ]
    );
    assert_eq!(spans[0]["parent_span_id"], SPAN);
    assert_eq!(spans[1]["parent_span_id"], spans[0]["span_id"]);
    assert_eq!(spans[2]["parent_span_id"], spans[1]["span_id"]);
    let by_inventory = answer["received"]["inventory"]["traceparent"].as_str().unwrap();
    assert_eq!(by_inventory, format!("00-{TRACE}-{}-01", spans[1]["span_id"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_an_error_in_every_span() {
    let demo = Demo::start().await;
    let (status, answer) = demo.call(Method::GET, "/api/fail", "01").await;
    assert_eq!(status, StatusCode::BAD_GATEWAY);
    assert!(answer["received"]["inventory"]["traceparent"].is_string(), "the headers are shown for failures too");
    let spans = demo.spans().await;
    let errors: Vec<_> = spans.iter().map(|span| span["attributes"]["error.type"].as_str().unwrap()).collect();
    assert_eq!(errors, ["502", "500", "500"]);
    assert!(spans.iter().all(|span| span["status"]["code"] == "error"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsampled_request_is_passed_on_and_not_recorded() {
    let demo = Demo::start().await;
    let (status, answer) = demo.call(Method::POST, "/api/orders", "00").await;
    assert_eq!(status, StatusCode::CREATED);
    let by_inventory = answer["received"]["inventory"]["traceparent"].as_str().unwrap();
    assert!(by_inventory.starts_with(&format!("00-{TRACE}-")) && by_inventory.ends_with("-00"), "{by_inventory}");
    assert!(demo.spans().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slow_one_takes_its_time_and_ends() {
    let demo = Demo::start().await;
    let start = std::time::Instant::now();
    assert_eq!(demo.call(Method::GET, "/api/slow", "01").await.0, StatusCode::OK);
    assert!(start.elapsed() >= Duration::from_millis(1_200));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_origin_allows_the_two_trace_headers_and_no_more() {
    let demo = Demo::start().await;
    let preflight = demo
        .client
        .request(Method::OPTIONS, format!("{}/api/orders/7", demo.other_origin))
        .header("origin", &demo.shop)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "traceparent,tracestate")
        .send()
        .await
        .unwrap();
    assert_eq!(preflight.headers()["access-control-allow-origin"], demo.shop.as_str());
    assert_eq!(preflight.headers()["access-control-allow-headers"], "traceparent,tracestate,content-type");
    let same_origin =
        demo.client.get(format!("{}/api/orders/7", demo.shop)).header("origin", "http://x").send().await.unwrap();
    assert!(!same_origin.headers().contains_key("access-control-allow-origin"), "the page's own address needs no CORS");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_gets_its_configuration_and_misses_only_the_agent() {
    let demo = Demo::start().await;
    let get = async |path: &str| {
        let response = demo.client.get(format!("{}{path}", demo.shop)).send().await.unwrap();
        (response.status(), response.text().await.unwrap())
    };
    let (status, config) = get("/config.js").await;
    assert_eq!(status, StatusCode::OK);
    assert!(config.contains(&format!("\"endpoint\":\"{}/rum\"", demo.gateway)), "{config}");
    assert!(config.contains(&format!("\"allowedUrls\":[\"{}\"]", demo.other_origin)), "{config}");
    assert_eq!(get("/gateway/api/traces?limit=1").await, (StatusCode::OK, "{\"traces\":[],\"next\":null}".to_owned()));
    assert_eq!(get("/gateway/metrics").await.0, StatusCode::NOT_FOUND, "only what the page shows");
    assert_eq!(get("/").await.0, StatusCode::OK);
    assert_eq!(get("/js/demo/page.js").await.0, StatusCode::OK);
    assert_eq!(get("/tracebeam.js").await.0, StatusCode::NOT_FOUND, "no agent was built for this test");
    assert_eq!(get("/api/orders/..%2Ffaulty").await.0, StatusCode::BAD_REQUEST, "an order number is no path");
}
