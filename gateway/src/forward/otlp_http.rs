//! OTLP/HTTP: protobuf, compressed by gzip.
//!
//! <https://opentelemetry.io/docs/specs/otlp/#otlphttp>

use std::{
    future::Future,
    io::{self, Write},
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header},
};
use flate2::{Compression, write::GzEncoder};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceResponse;
use prost::Message;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;

use super::{
    deliver::{Deliver, Verdict},
    settings::Forwarding,
    spool::Batch,
};
use crate::limits::ANSWER_READ;

/// A receiver of OTLP/HTTP.
#[derive(Debug)]
pub struct OtlpHttp(Poster);

/// Posts compressed bodies to one URL.
#[derive(Debug)]
pub struct Poster {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    uri: Uri,
    headers: HeaderMap,
    /// How long an exchange may take.
    time: Duration,
}

impl OtlpHttp {
    /// Prepares the way.
    pub fn new(settings: &Forwarding) -> Result<Self, String> {
        Poster::new(settings, "application/x-protobuf").map(Self)
    }
}

impl Deliver for OtlpHttp {
    async fn deliver(&self, batch: &Batch) -> Verdict {
        match self.0.post(&batch.payload, rejected).await {
            Ok(rejected) => Verdict::Taken { rejected },
            Err(verdict) => verdict,
        }
    }
}

/// Spans that the receiver left out. An answer that cannot be read says that there are none: the batch is taken.
async fn rejected(answer: Response<Incoming>) -> usize {
    let Ok(body) = Limited::new(answer.into_body(), ANSWER_READ).collect().await else { return 0 };
    let decoded = ExportTraceServiceResponse::decode(body.to_bytes()).unwrap_or_default();
    decoded.partial_success.map_or(0, |partial| usize::try_from(partial.rejected_spans).unwrap_or_default())
}

impl Poster {
    /// Prepares the way for bodies of this type.
    pub fn new(settings: &Forwarding, content_type: &'static str) -> Result<Self, String> {
        let tls = tls(settings.target.is_encrypted())?;
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let mut headers = settings.headers.clone();
        for (name, value) in [
            (header::USER_AGENT, concat!("tracebeam-gateway/", env!("CARGO_PKG_VERSION"))),
            (header::CONTENT_TYPE, content_type),
            (header::CONTENT_ENCODING, "gzip"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let uri = settings.target.url.as_str().parse().map_err(|_| "the URL cannot be used".to_owned())?;
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, uri, headers, time: settings.pace.answer })
    }

    /// Posts a body; gives what `read` makes of a successful answer, or what another answer means.
    pub async fn post<T, F>(&self, body: &[u8], read: impl FnOnce(Response<Incoming>) -> F) -> Result<T, Verdict>
    where
        F: Future<Output = T>,
    {
        let later = |kind| Verdict::Later { kind, after: None };
        let mut request = Request::new(Full::from(gzip(body).map_err(|_| later("compression"))?));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri.clone();
        *request.headers_mut() = self.headers.clone();
        let exchange = async {
            let answer = self.client.request(request).await;
            let answer = answer.map_err(|error| later(if error.is_connect() { "connect" } else { "broken" }))?;
            if answer.status().is_success() {
                Ok(read(answer).await)
            } else {
                Err(verdict(answer.status(), answer.headers()))
            }
        };
        timeout(self.time, exchange).await.unwrap_or_else(|_| Err(later("timeout")))
    }
}

/// The system's certificates; none where the way is not encrypted, so that a system without any can forward.
fn tls(encrypted: bool) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let builder = if encrypted {
        builder.with_native_roots().map_err(|error| format!("cannot read the system's certificates: {error}"))?
    } else {
        builder.with_root_certificates(RootCertStore::empty())
    };
    Ok(builder.with_no_client_auth())
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body)?;
    encoder.finish()
}

/// What an answer without success means. The protocol allows another try after 429, 502, 503 and 504 only. Answers that
/// say nothing about the data are waited out all the same: they come from a wrong token, path or proxy.
fn verdict(status: StatusCode, headers: &HeaderMap) -> Verdict {
    match status.as_u16() {
        429 => Verdict::Later { kind: "http_429", after: retry_after(headers) },
        502 => Verdict::Later { kind: "http_502", after: retry_after(headers) },
        503 => Verdict::Later { kind: "http_503", after: retry_after(headers) },
        504 => Verdict::Later { kind: "http_504", after: retry_after(headers) },
        300..=399 => Verdict::Later { kind: "http_redirect", after: None },
        401 | 403 | 407 => Verdict::Later { kind: "http_unauthorized", after: None },
        404 | 405 => Verdict::Later { kind: "http_not_found", after: None },
        408 => Verdict::Later { kind: "http_408", after: None },
        413 => Verdict::Refused { kind: "http_413" },
        400..=499 => Verdict::Refused { kind: "http_4xx" },
        _ => Verdict::Failed { kind: "http_5xx" },
    }
}

/// Seconds or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}
