//! Calls to the inventory: one CLIENT span each, its context in the request's headers.

use axum::http::{HeaderMap, StatusCode};
use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator,
    trace::{FutureExt, SpanKind, Status, TraceContextExt, Tracer},
};
use opentelemetry_http::HeaderInjector;
use opentelemetry_semantic_conventions::attribute;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use crate::telemetry::Telemetry;

/// Calls one other service.
#[derive(Clone)]
pub struct Client {
    base: String,
    http: reqwest::Client,
    telemetry: Telemetry,
}

/// The other service's answer.
pub struct Answer {
    /// Its status, or 502 if there was no answer.
    pub status: StatusCode,
    /// Its JSON.
    pub body: Value,
}

impl Client {
    /// A client of the service at `base`.
    pub fn new(base: &str, telemetry: &Telemetry) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), http: reqwest::Client::new(), telemetry: telemetry.clone() }
    }

    /// Makes a request as part of the current trace. `template` is the path with names for its
    /// variable parts: span names must be few.
    pub async fn call(&self, method: Method, path: &str, template: &'static str) -> Answer {
        let url = format!("{}{path}", self.base);
        let mut attributes = vec![
            KeyValue::new(attribute::HTTP_REQUEST_METHOD, method.to_string()),
            KeyValue::new(attribute::URL_TEMPLATE, template),
            KeyValue::new(attribute::URL_FULL, url.clone()),
        ];
        if let Ok(parsed) = Url::parse(&url) {
            attributes.extend(parsed.host_str().map(|host| KeyValue::new(attribute::SERVER_ADDRESS, host.to_owned())));
            let port = parsed.port_or_known_default();
            attributes.extend(port.map(|port| KeyValue::new(attribute::SERVER_PORT, i64::from(port))));
        }
        let parent = Context::current();
        let span = self
            .telemetry
            .tracer
            .span_builder(format!("{method} {template}"))
            .with_kind(SpanKind::Client)
            .with_attributes(attributes)
            .start_with_context(&self.telemetry.tracer, &parent);
        let context = parent.with_span(span);
        let result = self.send(method, &url, &context).with_context(context.clone()).await;
        let span = context.span();
        let answer = match result {
            Ok(answer) => {
                span.set_attribute(KeyValue::new(
                    attribute::HTTP_RESPONSE_STATUS_CODE,
                    i64::from(answer.status.as_u16()),
                ));
                if answer.status.as_u16() >= 400 {
                    span.set_attribute(KeyValue::new(attribute::ERROR_TYPE, answer.status.as_str().to_owned()));
                    span.set_status(Status::error(""));
                }
                answer
            }
            Err(error) => {
                span.set_attribute(KeyValue::new(attribute::ERROR_TYPE, "network_error"));
                span.set_status(Status::error(error.to_string()));
                Answer { status: StatusCode::BAD_GATEWAY, body: json!({"error": error.to_string()}) }
            }
        };
        span.end();
        answer
    }

    async fn send(&self, method: Method, url: &str, context: &Context) -> Result<Answer, reqwest::Error> {
        let mut headers = HeaderMap::new();
        self.telemetry.propagator.inject_context(context, &mut HeaderInjector(&mut headers));
        // The propagator writes `tracestate` even where there is none, and some servers refuse an
        // empty header.
        if headers.get("tracestate").is_some_and(|state| state.is_empty()) {
            headers.remove("tracestate");
        }
        let response = self.http.request(method, url).headers(headers).send().await?;
        Ok(Answer { status: response.status(), body: response.json().await? })
    }
}
