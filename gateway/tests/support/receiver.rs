//! A receiver of OTLP over HTTP and gRPC, and of Zipkin's JSON, that can refuse, hang and die. Its messages are the
//! official types.
#![allow(dead_code)]

use std::{
    collections::VecDeque,
    io::Read,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::Span,
};
use prost::Message;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tonic::{Request, Status, codec::CompressionEncoding};

/// What the receiver does with the next request; then it takes everything.
#[derive(Debug, Clone)]
pub enum Act {
    /// HTTP: this status, with `Retry-After`.
    Answer(u16, Option<&'static str>),
    /// gRPC: this status.
    Fail(Status),
    /// Takes it, and says that so many spans were left out.
    Partial(i64),
    /// Takes it, and never answers.
    Swallow,
    /// Refuses every request with a span of this name, and goes on with the next act.
    RefuseName(&'static str),
}

#[derive(Clone, Default)]
pub struct Taken {
    pub spans: Arc<Mutex<Vec<(String, Span)>>>,
    pub zipkin: Arc<Mutex<Vec<serde_json::Value>>>,
    pub headers: Arc<Mutex<Vec<HeaderMap>>>,
    acts: Arc<Mutex<VecDeque<Act>>>,
    changed: watch::Sender<usize>,
}

pub struct Receiver {
    pub taken: Taken,
    pub address: SocketAddr,
    served: JoinHandle<()>,
}

impl Receiver {
    pub async fn http(acts: impl IntoIterator<Item = Act>) -> Self {
        Self::http_at("127.0.0.1:0", Taken::with(acts)).await
    }

    /// At an address that was another receiver's, going on with what that one took.
    pub async fn http_at(address: &str, taken: Taken) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/v1/traces", post(otlp))
            .route("/api/v2/spans", post(zipkin))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(taken.clone());
        let served = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { taken, address, served }
    }

    pub async fn grpc(acts: impl IntoIterator<Item = Act>) -> Self {
        let taken = Taken::with(acts);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = TraceServiceServer::new(taken.clone())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        let incoming = tonic::transport::server::TcpIncoming::from(listener);
        let server = tonic::transport::Server::builder().add_service(service);
        let served = tokio::spawn(async move { server.serve_with_incoming(incoming).await.unwrap() });
        Self { taken, address, served }
    }

    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    /// Dies, with all connections.
    pub fn die(self) {
        self.served.abort();
    }
}

impl Taken {
    fn with(acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: Arc::new(Mutex::new(acts.into_iter().collect())), ..Self::default() }
    }

    /// Waits until so many spans have come.
    pub async fn wait(&self, count: usize) {
        self.changed.subscribe().wait_for(|known| *known >= count).await.unwrap();
    }

    /// Names of spans, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.spans.lock().unwrap().iter().map(|(_, span)| span.name.clone()).collect();
        names.sort();
        names
    }

    /// From now on refuses what has a span of this name.
    pub fn refuse(&self, name: &'static str) {
        self.acts.lock().unwrap().push_back(Act::RefuseName(name));
    }

    fn act(&self, request: &ExportTraceServiceRequest) -> Option<Act> {
        let mut acts = self.acts.lock().unwrap();
        if let Some(Act::RefuseName(name)) = acts.front() {
            let has = spans(request).any(|(_, span)| span.name == *name);
            return has.then(|| acts[0].clone());
        }
        acts.pop_front()
    }

    fn take(&self, request: &ExportTraceServiceRequest) {
        let mut taken = self.spans.lock().unwrap();
        taken.extend(spans(request));
        self.changed.send_replace(taken.len());
    }
}

fn spans(request: &ExportTraceServiceRequest) -> impl Iterator<Item = (String, Span)> {
    request.resource_spans.iter().flat_map(|group| {
        let name = group.resource.as_ref().and_then(|resource| {
            let entry = resource.attributes.iter().find(|entry| entry.key == "service.name")?;
            Some(format!("{:?}", entry.value.as_ref()?.value.as_ref()?))
        });
        let name = name.unwrap_or_default();
        let all = group.scope_spans.iter().flat_map(|scope| &scope.spans);
        all.map(move |span| (name.clone(), span.clone())).collect::<Vec<_>>()
    })
}

fn unpacked(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    assert_eq!(headers["content-encoding"], "gzip");
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(body).read_to_end(&mut bytes).unwrap();
    bytes
}

async fn otlp(State(taken): State<Taken>, headers: HeaderMap, body: Bytes) -> Response {
    assert_eq!(headers["content-type"], "application/x-protobuf");
    let request = ExportTraceServiceRequest::decode(unpacked(&headers, &body).as_slice()).unwrap();
    taken.headers.lock().unwrap().push(headers);
    let act = taken.act(&request);
    let partial = match act {
        Some(Act::Answer(status, after)) => {
            let status = StatusCode::from_u16(status).unwrap();
            return match after {
                Some(after) => (status, [("retry-after", after)]).into_response(),
                None => status.into_response(),
            };
        }
        Some(Act::RefuseName(_)) => return StatusCode::BAD_REQUEST.into_response(),
        Some(Act::Partial(rejected)) => rejected,
        _ => 0,
    };
    taken.take(&request);
    if matches!(act, Some(Act::Swallow)) {
        return std::future::pending().await;
    }
    let partial_success = (partial > 0)
        .then(|| ExportTracePartialSuccess { rejected_spans: partial, error_message: "too old".to_owned() });
    ExportTraceServiceResponse { partial_success }.encode_to_vec().into_response()
}

async fn zipkin(State(taken): State<Taken>, headers: HeaderMap, body: Bytes) -> StatusCode {
    assert_eq!(headers["content-type"], "application/json");
    let list: Vec<serde_json::Value> = serde_json::from_slice(&unpacked(&headers, &body)).unwrap();
    let mut all = taken.zipkin.lock().unwrap();
    all.extend(list);
    taken.changed.send_replace(all.len());
    StatusCode::ACCEPTED
}

#[tonic::async_trait]
impl TraceService for Taken {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, Status> {
        let headers = request.metadata().clone().into_headers();
        let request = request.into_inner();
        self.headers.lock().unwrap().push(headers);
        let act = self.act(&request);
        let partial = match act {
            Some(Act::Fail(status)) => return Err(status),
            Some(Act::RefuseName(_)) => return Err(Status::invalid_argument("bad name")),
            Some(Act::Partial(rejected)) => rejected,
            _ => 0,
        };
        self.take(&request);
        if matches!(act, Some(Act::Swallow)) {
            return std::future::pending().await;
        }
        let partial_success = (partial > 0)
            .then(|| ExportTracePartialSuccess { rejected_spans: partial, error_message: "too old".to_owned() });
        Ok(tonic::Response::new(ExportTraceServiceResponse { partial_success }))
    }
}
