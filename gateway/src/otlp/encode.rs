//! Plain spans into OTLP, with the types of `opentelemetry-proto`.

use opentelemetry_proto::tonic::{
    common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value},
    resource::v1::Resource,
    trace::v1::{ResourceSpans, ScopeSpans, Span as OtlpSpan, Status, span::SpanKind, status::StatusCode},
};

use crate::span::{Attributes, Source, Span, Value};

/// The instrumentation scope of spans made from RUM events.
const SCOPE: &str = "tracebeam";

/// All spans of one source as one OTLP message.
pub fn resource_spans(source: &Source, spans: &[Span]) -> ResourceSpans {
    ResourceSpans {
        resource: Some(Resource { attributes: attributes(&source.resource), ..Resource::default() }),
        scope_spans: vec![ScopeSpans {
            scope: Some(InstrumentationScope {
                name: SCOPE.to_owned(),
                version: source.agent_version.clone(),
                ..InstrumentationScope::default()
            }),
            spans: spans.iter().map(otlp_span).collect(),
            schema_url: String::new(),
        }],
        schema_url: String::new(),
    }
}

fn otlp_span(span: &Span) -> OtlpSpan {
    OtlpSpan {
        trace_id: span.trace_id.to_vec(),
        span_id: span.span_id.to_vec(),
        trace_state: span.trace_state.clone(),
        flags: u32::from(span.flags),
        name: span.name.clone(),
        kind: SpanKind::Client.into(),
        start_time_unix_nano: span.start_ns,
        end_time_unix_nano: span.end_ns,
        attributes: attributes(&span.attributes),
        status: Some(status(span.error.as_deref())),
        ..OtlpSpan::default()
    }
}

/// A good end stays unset, as OpenTelemetry asks of instrumentation.
fn status(error: Option<&str>) -> Status {
    match error {
        Some(message) => Status { code: StatusCode::Error.into(), message: message.to_owned() },
        None => Status::default(),
    }
}

fn attributes(attributes: &Attributes) -> Vec<KeyValue> {
    attributes
        .0
        .iter()
        .map(|(key, value)| KeyValue {
            key: (*key).to_owned(),
            value: Some(AnyValue { value: Some(any_value(value)) }),
            ..KeyValue::default()
        })
        .collect()
}

fn any_value(value: &Value) -> any_value::Value {
    match value {
        Value::Text(text) => any_value::Value::StringValue(text.clone()),
        Value::Integer(number) => any_value::Value::IntValue(*number),
        Value::Number(number) => any_value::Value::DoubleValue(*number),
    }
}
