//! One SERVER span for each request: continues the caller's trace, names the route, ends with the status.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator,
    trace::{FutureExt, SpanKind, Status, TraceContextExt, Tracer},
};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_semantic_conventions::attribute;

use crate::telemetry::Telemetry;

/// Middleware for a route: runs the handler within its span.
pub async fn trace(State(telemetry): State<Telemetry>, request: Request, next: Next) -> Response {
    let caller = telemetry.propagator.extract_with_context(&Context::new(), &HeaderExtractor(request.headers()));
    let (name, attributes) = describe(&request);
    let span = telemetry
        .tracer
        .span_builder(name)
        .with_kind(SpanKind::Server)
        .with_attributes(attributes)
        .start_with_context(&telemetry.tracer, &caller);
    let context = caller.with_span(span);
    let response = next.run(request).with_context(context.clone()).await;
    finish(&context, response.status());
    response
}

/// The span's name, by the route and not the path: names must be few.
fn describe(request: &Request) -> (String, Vec<KeyValue>) {
    let method = request.method().to_string();
    let mut attributes = vec![
        KeyValue::new(attribute::HTTP_REQUEST_METHOD, method.clone()),
        KeyValue::new(attribute::URL_PATH, request.uri().path().to_owned()),
        KeyValue::new(attribute::URL_SCHEME, "http"),
        KeyValue::new(attribute::NETWORK_PROTOCOL_VERSION, "1.1"),
    ];
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let Some((host, port)) = header(header::HOST).and_then(|host| host.rsplit_once(':')) {
        attributes.push(KeyValue::new(attribute::SERVER_ADDRESS, host.to_owned()));
        attributes.extend(port.parse().ok().map(|port: i64| KeyValue::new(attribute::SERVER_PORT, port)));
    }
    if let Some(agent) = header(header::USER_AGENT) {
        attributes.push(KeyValue::new(attribute::USER_AGENT_ORIGINAL, agent.to_owned()));
    }
    match request.extensions().get::<MatchedPath>() {
        Some(route) => {
            attributes.push(KeyValue::new(attribute::HTTP_ROUTE, route.as_str().to_owned()));
            (format!("{method} {}", route.as_str()), attributes)
        }
        None => (method, attributes),
    }
}

/// A server's fault is an error of its span; a caller's fault is not.
fn finish(context: &Context, status: StatusCode) {
    let span = context.span();
    span.set_attribute(KeyValue::new(attribute::HTTP_RESPONSE_STATUS_CODE, i64::from(status.as_u16())));
    if status.is_server_error() {
        span.set_attribute(KeyValue::new(attribute::ERROR_TYPE, status.as_str().to_owned()));
        span.set_status(Status::error(""));
    }
    span.end();
}
