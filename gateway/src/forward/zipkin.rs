//! Zipkin's JSON, version 2: `POST /api/v2/spans`. The mapping is OpenTelemetry's own.
//!
//! <https://zipkin.io/zipkin-api/>, <https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/>

use std::{collections::HashSet, fmt::Write, net::IpAddr};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value as Any},
    trace::v1::{Span, span::SpanKind, status::StatusCode},
};
use prost::Message;
use serde_json::{Map, Value, json};

use super::{
    deliver::{Deliver, Verdict},
    otlp_http::Poster,
    settings::Forwarding,
    spool::Batch,
};

const NS_PER_US: u64 = 1_000;

/// A receiver of Zipkin's JSON.
#[derive(Debug)]
pub struct Zipkin(Poster);

impl Zipkin {
    /// Prepares the way.
    pub fn new(settings: &Forwarding) -> Result<Self, String> {
        Poster::new(settings, "application/json").map(Self)
    }
}

impl Deliver for Zipkin {
    async fn deliver(&self, batch: &Batch) -> Verdict {
        let Ok(message) = ExportTraceServiceRequest::decode(batch.payload.as_slice()) else {
            return Verdict::Refused { kind: "encoding" };
        };
        match self.0.post(spans(&message).to_string().as_bytes(), |_| async {}).await {
            Ok(()) => Verdict::Taken { rejected: 0 },
            Err(verdict) => verdict,
        }
    }
}

/// All spans of a request.
pub fn spans(request: &ExportTraceServiceRequest) -> Value {
    let mut list = Vec::new();
    let all = || request.resource_spans.iter().flat_map(|group| &group.scope_spans).flat_map(|scope| &scope.spans);
    let of_clients: HashSet<(&[u8], &[u8])> = all()
        .filter(|span| span.kind == i32::from(SpanKind::Client))
        .map(|span| (span.trace_id.as_slice(), span.span_id.as_slice()))
        .collect();
    for group in &request.resource_spans {
        let resource = group.resource.as_ref().map(|resource| resource.attributes.as_slice()).unwrap_or_default();
        for scope in &group.scope_spans {
            for one in &scope.spans {
                let mut zipkin = span(one, resource, scope.scope.as_ref());
                // A server that reports its half under the client's id, as B3 allows.
                let joined = one.kind == i32::from(SpanKind::Server)
                    && of_clients.contains(&(one.trace_id.as_slice(), one.span_id.as_slice()));
                if let Some(zipkin) = zipkin.as_object_mut().filter(|_| joined) {
                    zipkin.insert("shared".to_owned(), true.into());
                }
                list.push(zipkin);
            }
        }
    }
    Value::Array(list)
}

fn span(span: &Span, resource: &[KeyValue], scope: Option<&InstrumentationScope>) -> Value {
    let duration = span.end_time_unix_nano.saturating_sub(span.start_time_unix_nano);
    let mut zipkin = json!({
        "traceId": hex(&span.trace_id),
        "id": hex(&span.span_id),
        "name": span.name,
        "timestamp": span.start_time_unix_nano / NS_PER_US,
        // A duration of less than a microsecond is rounded up to 1: 0 would mean that it is unknown.
        "duration": (duration / NS_PER_US).max(1),
        "localEndpoint": {"serviceName": text(resource, "service.name").unwrap_or("unknown_service")},
        "tags": tags(span, resource, scope),
    });
    let mut set = |key: &str, value: Value| {
        if let Some(object) = zipkin.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
    };
    if !span.parent_span_id.is_empty() {
        set("parentId", hex(&span.parent_span_id).into());
    }
    // Zipkin knows no internal spans: they have no kind.
    let kind = match SpanKind::try_from(span.kind) {
        Ok(SpanKind::Client) => Some("CLIENT"),
        Ok(SpanKind::Server) => Some("SERVER"),
        Ok(SpanKind::Producer) => Some("PRODUCER"),
        Ok(SpanKind::Consumer) => Some("CONSUMER"),
        _ => None,
    };
    if let Some(kind) = kind {
        set("kind", kind.into());
    }
    if let Some(endpoint) = remote(span) {
        set("remoteEndpoint", endpoint);
    }
    if !span.events.is_empty() {
        let annotation = |event: &opentelemetry_proto::tonic::trace::v1::span::Event| {
            let value = if event.attributes.is_empty() {
                event.name.clone()
            } else {
                json!({event.name.as_str(): plain_map(&event.attributes)}).to_string()
            };
            json!({"timestamp": event.time_unix_nano / NS_PER_US, "value": value})
        };
        set("annotations", span.events.iter().map(annotation).collect());
    }
    zipkin
}

/// The other side of a span that leaves its service, or comes into it.
fn remote(span: &Span) -> Option<Value> {
    let find = |keys: &[&str]| keys.iter().find_map(|key| text(&span.attributes, key));
    let is_server = span.kind == i32::from(SpanKind::Server);
    let name = find(&["peer.service"]);
    let address = if is_server {
        find(&["client.address", "network.peer.address"])
    } else {
        find(&["network.peer.address", "server.address"])
    };
    let port = span.attributes.iter().find(|entry| !is_server && entry.key == "server.port");
    let mut endpoint = Map::new();
    match address.map(|address| (address, address.parse::<IpAddr>())) {
        Some((_, Ok(IpAddr::V4(address)))) => _ = endpoint.insert("ipv4".to_owned(), address.to_string().into()),
        Some((_, Ok(IpAddr::V6(address)))) => _ = endpoint.insert("ipv6".to_owned(), address.to_string().into()),
        // A name serves as the service's, where it says no other.
        Some((host, Err(_))) => _ = endpoint.insert("serviceName".to_owned(), host.into()),
        None => {}
    }
    if let Some(name) = name {
        endpoint.insert("serviceName".to_owned(), name.into());
    }
    if endpoint.is_empty() {
        return None;
    }
    if let Some(Any::IntValue(port)) = port.and_then(|entry| entry.value.as_ref()?.value.as_ref()) {
        endpoint.insert("port".to_owned(), (*port).into());
    }
    Some(Value::Object(endpoint))
}

/// Tags are texts. What a span shares with others has no other place in Zipkin.
fn tags(span: &Span, resource: &[KeyValue], scope: Option<&InstrumentationScope>) -> Map<String, Value> {
    let mut tags = Map::new();
    let own = resource.iter().filter(|entry| entry.key != "service.name").chain(&span.attributes);
    for entry in own {
        let value = match plain(entry.value.as_ref()) {
            Value::String(text) => text,
            other => other.to_string(),
        };
        tags.insert(entry.key.clone(), value.into());
    }
    let status = span.status.clone().unwrap_or_default();
    match StatusCode::try_from(status.code) {
        Ok(StatusCode::Error) => {
            tags.insert("otel.status_code".to_owned(), "ERROR".into());
            tags.insert("error".to_owned(), status.message.into());
        }
        Ok(StatusCode::Ok) => _ = tags.insert("otel.status_code".to_owned(), "OK".into()),
        _ => {}
    }
    for (key, value) in [
        ("otel.scope.name", scope.map(|scope| scope.name.as_str())),
        ("otel.scope.version", scope.map(|scope| scope.version.as_str())),
        ("w3c.tracestate", Some(span.trace_state.as_str())),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            tags.insert(key.to_owned(), value.into());
        }
    }
    tags
}

fn text<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let value = attributes.iter().find(|entry| entry.key == key)?.value.as_ref()?;
    match value.value.as_ref()? {
        Any::StringValue(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn plain_map(attributes: &[KeyValue]) -> Map<String, Value> {
    attributes.iter().map(|entry| (entry.key.clone(), plain(entry.value.as_ref()))).collect()
}

fn plain(value: Option<&AnyValue>) -> Value {
    match value.and_then(|value| value.value.as_ref()) {
        Some(Any::StringValue(text)) => text.as_str().into(),
        Some(Any::BoolValue(value)) => (*value).into(),
        Some(Any::IntValue(number)) => (*number).into(),
        Some(Any::DoubleValue(number)) => (*number).into(),
        Some(Any::ArrayValue(list)) => list.values.iter().map(|value| plain(Some(value))).collect(),
        Some(Any::KvlistValue(list)) => Value::Object(plain_map(&list.values)),
        // The encoder writes no other kind.
        _ => Value::Null,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
