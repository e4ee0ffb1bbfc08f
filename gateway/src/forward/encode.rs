//! Rows as OTLP. What is forwarded is what would be stored: bounded, without secrets, with the mapping of bundles.

use std::{collections::HashMap, sync::Arc};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{AnyValue, ArrayValue, InstrumentationScope, KeyValue, KeyValueList, any_value::Value as Any},
    resource::v1::Resource,
    trace::v1::{
        ResourceSpans, ScopeSpans, Span, Status,
        span::{Event, Link, SpanKind},
        status::StatusCode,
    },
};
use prost::Message;
use serde_json::{Map, Value};

use super::spool::{Key, Record, Signal};
use crate::{
    ids::{SpanId, TraceId},
    limits::RECORD_BYTES,
    otlp::row::SpanRow,
};

/// Records for these rows, each small enough for any receiver.
pub fn records<'a>(rows: impl Iterator<Item = &'a SpanRow>) -> Vec<Record> {
    let (mut records, mut part, mut bytes) = (Vec::new(), Part::default(), 0);
    for row in rows {
        if bytes > RECORD_BYTES {
            records.push(std::mem::take(&mut part).record());
            bytes = 0;
        }
        bytes += row.bytes() + part.add(row);
    }
    if !part.keys.is_empty() {
        records.push(part.record());
    }
    records
}

/// What identifies a row. Applications may reuse a `traceparent`, and two services may share a span id.
fn key(row: &SpanRow) -> Key {
    let mut service = crc32fast::Hasher::new();
    service.update(row.service.as_bytes());
    service.update(&[0]);
    service.update(row.app_id.as_deref().unwrap_or_default().as_bytes());
    Key::new(row.trace_id.bytes(), row.span_id.bytes(), row.start_ns, service.finalize())
}

/// The rows of one record, by what they share.
#[derive(Default)]
struct Part {
    groups: Vec<ResourceSpans>,
    places: HashMap<Arc<str>, usize>,
    keys: Vec<Vec<Key>>,
}

impl Part {
    /// Adds a row; gives what it takes beside the row itself.
    fn add(&mut self, row: &SpanRow) -> usize {
        let known = self.places.get(&row.resource).copied();
        let place = known.unwrap_or_else(|| {
            self.groups.push(shared(&row.resource));
            self.keys.push(Vec::new());
            self.places.insert(Arc::clone(&row.resource), self.groups.len() - 1);
            self.groups.len() - 1
        });
        let scope = self.groups.get_mut(place).and_then(|group| group.scope_spans.first_mut());
        if let (Some(scope), Some(keys)) = (scope, self.keys.get_mut(place)) {
            scope.spans.push(span(row));
            keys.push(key(row));
        }
        if known.is_some() { 0 } else { row.resource.len() }
    }

    fn record(self) -> Record {
        let request = ExportTraceServiceRequest { resource_spans: self.groups };
        Record { signal: Signal::Spans, keys: self.keys.concat(), payload: request.encode_to_vec() }
    }
}

/// What is left of a record without the spans that `known` names by place; `None` where nothing is.
pub fn without(record: &Record, known: &[bool]) -> Option<Record> {
    let mut request = ExportTraceServiceRequest::decode(record.payload.as_slice()).ok()?;
    let mut known = known.iter().chain(std::iter::repeat(&false));
    let mut keys = record.keys.iter();
    let mut left = Vec::new();
    for scope in request.resource_spans.iter_mut().flat_map(|group| &mut group.scope_spans) {
        scope.spans.retain(|_| {
            let (key, known) = (keys.next(), known.next().copied().unwrap_or_default());
            left.extend(key.filter(|_| !known).copied());
            !known
        });
    }
    request.resource_spans.retain(|group| group.scope_spans.iter().any(|scope| !scope.spans.is_empty()));
    (!left.is_empty()).then(|| Record { signal: record.signal, keys: left, payload: request.encode_to_vec() })
}

/// A resource with its scope, without spans.
fn shared(json: &str) -> ResourceSpans {
    let shared: Map<String, Value> = serde_json::from_str(json).unwrap_or_default();
    let scope = shared.get("scope");
    let text = |key: &str| scope.and_then(|scope| scope.get(key)?.as_str()).unwrap_or_default().to_owned();
    ResourceSpans {
        resource: Some(Resource { attributes: attributes(shared.get("attributes")), ..Resource::default() }),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope {
                name: text("name"),
                version: text("version"),
                ..InstrumentationScope::default()
            }),
            ..ScopeSpans::default()
        }],
        ..ResourceSpans::default()
    }
}

fn span(row: &SpanRow) -> Span {
    let detail: Map<String, Value> = serde_json::from_str(&row.detail).unwrap_or_default();
    let text = |key: &str| detail.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |key: &str| detail.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let code = match row.status {
        "ok" => StatusCode::Ok,
        "error" => StatusCode::Error,
        _ => StatusCode::Unset,
    };
    Span {
        trace_id: row.trace_id.bytes().to_vec(),
        span_id: row.span_id.bytes().to_vec(),
        parent_span_id: row.parent_span_id.map(|id| id.bytes().to_vec()).unwrap_or_default(),
        trace_state: text("trace_state"),
        name: row.name.clone(),
        kind: kind(row.kind).into(),
        start_time_unix_nano: u64::try_from(row.start_ns).unwrap_or_default(),
        end_time_unix_nano: u64::try_from(row.end_ns).unwrap_or_default(),
        attributes: attributes(detail.get("attributes")),
        events: list("events").iter().map(event).collect(),
        links: list("links").iter().filter_map(link).collect(),
        status: Some(Status { code: code.into(), message: text("status_message") }),
        ..Span::default()
    }
}

fn kind(kind: &str) -> SpanKind {
    match kind {
        "internal" => SpanKind::Internal,
        "server" => SpanKind::Server,
        "client" => SpanKind::Client,
        "producer" => SpanKind::Producer,
        "consumer" => SpanKind::Consumer,
        _ => SpanKind::Unspecified,
    }
}

fn event(value: &Value) -> Event {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    Event {
        time_unix_nano: text("time_unix_nano").parse().unwrap_or_default(),
        name: text("name").to_owned(),
        attributes: attributes(value.get("attributes")),
        ..Event::default()
    }
}

fn link(value: &Value) -> Option<Link> {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    Some(Link {
        trace_id: TraceId::from_hex(text("trace_id"))?.bytes().to_vec(),
        span_id: SpanId::from_hex(text("span_id"))?.bytes().to_vec(),
        attributes: attributes(value.get("attributes")),
        ..Link::default()
    })
}

fn attributes(value: Option<&Value>) -> Vec<KeyValue> {
    value.and_then(Value::as_object).map(key_values).unwrap_or_default()
}

fn key_values(map: &Map<String, Value>) -> Vec<KeyValue> {
    map.iter()
        .map(|(key, value)| KeyValue { key: key.clone(), value: Some(any(value)), ..KeyValue::default() })
        .collect()
}

fn any(value: &Value) -> AnyValue {
    let value = match value {
        Value::Null => None,
        Value::Bool(value) => Some(Any::BoolValue(*value)),
        Value::String(text) => Some(Any::StringValue(text.clone())),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) => Some(Any::IntValue(integer)),
            (None, Some(float)) => Some(Any::DoubleValue(float)),
            (None, None) => None,
        },
        Value::Array(list) => Some(Any::ArrayValue(ArrayValue { values: list.iter().map(any).collect() })),
        Value::Object(map) => Some(Any::KvlistValue(KeyValueList { values: key_values(map) })),
    };
    AnyValue { value }
}
