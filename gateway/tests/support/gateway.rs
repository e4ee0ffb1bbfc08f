//! A real gateway on a free port, and a client that speaks plain HTTP to it.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tracebeam_gateway::{server, store::Store};

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

    #[allow(dead_code, reason = "not every test file needs it")]
    pub async fn start_with_config(directory: &Path) -> Self {
        Self::start_as(Store::open(Path::new(":memory:")).unwrap(), Some(directory.to_owned())).await
    }

    pub async fn start_on(store: Store) -> Self {
        Self::start_as(store, None).await
    }

    async fn start_as(store: Store, config: Option<PathBuf>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server::serve(listener, store, None, config, async {
            let _ = stopped.await;
        }));
        Self { url, client: reqwest::Client::new(), stop: Some(stop), served }
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

    pub async fn events(&self) -> Vec<Value> {
        self.get("/api/events?limit=500").await["events"].as_array().unwrap().clone()
    }

    pub async fn traces(&self) -> Vec<Value> {
        self.get("/api/traces?limit=500").await["traces"].as_array().unwrap().clone()
    }

    pub async fn counter(&self, name: &str) -> u64 {
        self.get("/healthz").await["counters"][name].as_u64().unwrap()
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
