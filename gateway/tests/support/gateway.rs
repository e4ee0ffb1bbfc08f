//! A real gateway on a free port, and a client that speaks plain HTTP to it.

use std::{io::Write, path::Path};

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tracebeam_gateway::{http::Origins, server, settings::Settings, store::Store, time::Clock};

use super::{bundle, event};

/// What the gateway's clock says in tests: half a second after the events of [`event`](super::event).
pub const NOW_MS: u64 = 1_790_000_000_500;

pub struct Gateway {
    pub url: String,
    client: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

/// The defaults, at a time that stands still.
pub fn settings() -> Settings {
    Settings { clock: Clock::Fixed(NOW_MS), ..Settings::default() }
}

/// The same with rules of who may report.
pub fn with_origins(rules: &[&str]) -> Settings {
    Settings { origins: Origins::new(rules.iter().map(|rule| rule.parse().unwrap()).collect()), ..settings() }
}

/// A bundle with one event, from a page of this origin.
pub fn post(gateway: &Gateway, origin: Option<&str>, app_id: &str) -> RequestBuilder {
    let mut bundle = bundle(json!([event("a", json!({}))]));
    bundle["app"]["id"] = app_id.into();
    let request = gateway.request(Method::POST, "/rum").body(bundle.to_string());
    match origin {
        Some(origin) => request.header("origin", origin),
        None => request,
    }
}

impl Gateway {
    pub async fn start() -> Self {
        Self::start_with(Path::new(":memory:")).await
    }

    pub async fn start_with(store: &Path) -> Self {
        Self::start_on(Store::open(store).unwrap()).await
    }

    pub async fn start_with_config(directory: &Path) -> Self {
        Self::start_as(Settings { config: Some(directory.to_owned()), ..settings() }).await
    }

    pub async fn start_on(store: Store) -> Self {
        Self::start_on_as(store, settings()).await
    }

    pub async fn start_as(settings: Settings) -> Self {
        Self::start_on_as(Store::open(Path::new(":memory:")).unwrap(), settings).await
    }

    pub async fn start_on_as(store: Store, settings: Settings) -> Self {
        Self::start_at("127.0.0.1:0", store, settings).await
    }

    /// A gateway that can be reached from outside.
    pub async fn start_public(settings: Settings) -> Self {
        Self::start_at("0.0.0.0:0", Store::open(Path::new(":memory:")).unwrap(), settings).await
    }

    async fn start_at(address: &str, store: Store, settings: Settings) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server::serve(listener, store, settings, async {
            let _ = stopped.await;
        }));
        Self { url, client: reqwest::Client::new(), stop: Some(stop), served }
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    pub async fn stop(mut self) {
        let _ = self.stop.take().unwrap().send(());
        drop(self.client);
        self.served.await.unwrap().unwrap();
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub async fn post(&self, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Response {
        self.request(Method::POST, path).header("content-type", content_type).body(body).send().await.unwrap()
    }

    pub async fn send(&self, bundle: &Value) -> StatusCode {
        self.post("/rum", "text/plain", bundle.to_string()).await.status()
    }

    pub async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "GET {path}");
        json_of(response).await
    }

    /// A trace, with what its spans share in each of them.
    pub async fn trace(&self, trace_id: &str) -> Value {
        let mut trace = self.get(&format!("/api/traces/{trace_id}")).await;
        let resources = trace["resources"].take();
        for span in trace["spans"].as_array_mut().unwrap() {
            let shared = &resources[span["resource"].as_u64().unwrap() as usize];
            span["resource"] = shared["attributes"].clone();
            span["scope"] = shared["scope"].clone();
        }
        trace
    }

    pub async fn events(&self) -> Vec<Value> {
        self.get("/api/events?limit=500").await["events"].as_array().unwrap().clone()
    }

    pub async fn traces(&self) -> Vec<Value> {
        self.get("/api/traces?limit=500").await["traces"].as_array().unwrap().clone()
    }

    /// A metric's value, by its name without `tracebeam_` and with its labels.
    pub async fn metric(&self, name: &str) -> u64 {
        let text = self.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("tracebeam_{name} ")));
        line.unwrap_or_else(|| panic!("{name} is not in {text}")).parse().unwrap()
    }

    pub async fn counter(&self, name: &str) -> u64 {
        self.metric(&format!("{name}_total")).await
    }
}

pub async fn json_of(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
