//! What the agent's engine says of a span, in the types of `opentelemetry-proto`.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span, Status, status::StatusCode},
};
use tracebeam::engine::span::{self, Attributes, Source};

/// The instrumentation scope of spans made from RUM events.
const SCOPE: &str = "tracebeam";

/// Collects attributes in the order in which the engine gives them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyValues(pub Vec<KeyValue>);

impl KeyValues {
    fn push(&mut self, key: &'static str, value: Value) {
        self.0.push(KeyValue {
            key: key.to_owned(),
            value: Some(AnyValue { value: Some(value) }),
            ..KeyValue::default()
        });
    }
}

impl Attributes for KeyValues {
    fn text(&mut self, key: &'static str, value: &str) {
        self.push(key, Value::StringValue(value.to_owned()));
    }

    fn integer(&mut self, key: &'static str, value: f64) {
        self.push(key, Value::IntValue(value.floor() as i64));
    }

    fn number(&mut self, key: &'static str, value: f64) {
        self.push(key, Value::DoubleValue(value));
    }

    fn flag(&mut self, key: &'static str) {
        self.push(key, Value::BoolValue(true));
    }
}

/// A span of this source as one OTLP message.
pub fn resource_spans(source: &Source<'_>, agent_version: &str, span: Span) -> ResourceSpans {
    let mut resource = KeyValues::default();
    span::resource(source, &mut resource);
    ResourceSpans {
        resource: Some(Resource { attributes: resource.0, ..Resource::default() }),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope {
                name: SCOPE.to_owned(),
                version: agent_version.to_owned(),
                ..InstrumentationScope::default()
            }),
            spans: vec![span],
            schema_url: String::new(),
        }],
        schema_url: String::new(),
    }
}

/// A good end stays unset, as OpenTelemetry asks of instrumentation.
pub fn status(error: Option<&str>) -> Status {
    match error {
        Some(message) => Status { code: StatusCode::Error.into(), message: message.to_owned() },
        None => Status::default(),
    }
}
