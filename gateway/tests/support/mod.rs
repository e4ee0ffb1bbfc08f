//! A real gateway on a free port, and a client that speaks plain HTTP to it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{io::Write, path::Path};

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tracebeam_gateway::{server, store::Store};

pub const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
pub const SPAN: &str = "b7ad6b7169203331";

pub struct Gateway {
    pub url: String,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Gateway {
    pub async fn start() -> Self {
        Self::start_with(Path::new(":memory:")).await
    }

    pub async fn start_with(store: &Path) -> Self {
        Self::start_on(Store::open(store).unwrap()).await
    }

    pub async fn start_on(store: Store) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server::serve(listener, store, None, async {
            let _ = stopped.await;
        }));
        Self {
            url,
            client: reqwest::Client::new(),
            stop: Some(stop),
            served,
        }
    }

    pub async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        drop(self.client);
        self.served.await.unwrap().unwrap();
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn post(
        &self,
        path: &str,
        content_type: &str,
        body: impl Into<reqwest::Body>,
    ) -> Response {
        self.request(Method::POST, path)
            .header("content-type", content_type)
            .body(body)
            .send()
            .await
            .unwrap()
    }

    pub async fn send(&self, bundle: &Value) -> StatusCode {
        self.post("/rum", "text/plain", bundle.to_string())
            .await
            .status()
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "GET {path}");
        json_of(response).await
    }

    pub async fn events(&self) -> Vec<Value> {
        self.get("/api/events?limit=500").await["events"]
            .as_array()
            .unwrap()
            .clone()
    }

    pub async fn traces(&self) -> Vec<Value> {
        self.get("/api/traces?limit=500").await["traces"]
            .as_array()
            .unwrap()
            .clone()
    }

    pub async fn counter(&self, name: &str) -> u64 {
        self.get("/healthz").await["counters"][name]
            .as_u64()
            .unwrap()
    }
}

pub async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

/// A bundle with these events.
pub fn bundle(events: Value) -> Value {
    json!({
        "app": {"id": "demo", "env": "local", "version": "1.0.0", "type": "browser"},
        "user": {"id": "uid_1"}, "session": {"id": "session-1"}, "net": {"model": "4g"},
        "view": {"id": "view-1", "name": "/index.html"}, "_v": "0.1.0",
        "events": events,
    })
}

/// A traced request; `changes` replaces or adds fields.
pub fn event(id: &str, changes: Value) -> Value {
    let mut event = json!({
        "event_type": "resource", "event_id": id, "timestamp": 1_790_000_000_000.25, "times": 1,
        "type": "fetch", "name": "/api/orders/{id}", "url": "http://127.0.0.1:7710/api/orders/1", "method": "GET",
        "status_code": 200, "success": 1, "message": "OK", "duration": 12.5, "outcome": "ok",
        "trace_id": TRACE, "traceparent": format!("00-{TRACE}-{SPAN}-01"), "tracestate": "rum=v2&browser&demo&session-1",
        "trace_context_hint": "set", "server_timing_hint": "not_available", "protocol": "h2",
    });
    for (key, value) in changes.as_object().unwrap() {
        event[key] = value.clone();
    }
    event
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Reads a data table; its name is a file in `tests/data`.
pub fn table<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    toml::from_str(&std::fs::read_to_string(&path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
