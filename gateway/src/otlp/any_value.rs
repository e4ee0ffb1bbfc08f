//! OTLP attribute values as the JSON that the API shows, within the gateway's bounds.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
use serde_json::{Map, Value};

use crate::{
    limits::{ATTRIBUTES, LONG_TEXT_CHARS, TEXT_CHARS},
    rum::redact,
};

/// Integers that JavaScript cannot hold exactly are shown as text.
const SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// Attributes as a JSON object; the first [`ATTRIBUTES`] of them.
pub fn attributes(list: &[KeyValue]) -> Map<String, Value> {
    list.iter().take(ATTRIBUTES).map(|entry| (clip(&entry.key, TEXT_CHARS), entry_value(entry))).collect()
}

/// URLs lose their secrets here too: a backend's instrumentation may record them whole.
fn entry_value(entry: &KeyValue) -> Value {
    match (entry.key.as_str(), json(entry.value.as_ref())) {
        ("url.full" | "http.url" | "http.target" | "http.request.header.referer", Value::String(url)) => {
            Value::String(redact::url(&url))
        }
        ("url.query", Value::String(query)) => {
            Value::String(redact::url(&format!("?{query}")).trim_start_matches('?').to_owned())
        }
        (_, value) => value,
    }
}

fn json(value: Option<&AnyValue>) -> Value {
    match value.and_then(|value| value.value.as_ref()) {
        None => Value::Null,
        Some(Any::StringValue(text)) => Value::String(clip(text, LONG_TEXT_CHARS)),
        Some(Any::BoolValue(value)) => Value::Bool(*value),
        Some(Any::IntValue(number)) if number.abs_diff(0) > SAFE_INTEGER.unsigned_abs() => {
            Value::String(number.to_string())
        }
        Some(Any::IntValue(number)) => Value::from(*number),
        // JSON has no NaN and no infinity, so these are words.
        Some(Any::DoubleValue(number)) if !number.is_finite() => Value::String(number.to_string()),
        Some(Any::DoubleValue(number)) => Value::from(*number),
        Some(Any::ArrayValue(list)) => list.values.iter().take(ATTRIBUTES).map(|value| json(Some(value))).collect(),
        Some(Any::KvlistValue(list)) => Value::Object(attributes(&list.values)),
        Some(Any::BytesValue(bytes)) => Value::String(format!("({} bytes)", bytes.len())),
        // Later protocol versions may refer to text outside the message; there is none in traces.
        #[allow(unreachable_patterns)]
        Some(_) => Value::Null,
    }
}

/// Cuts a text to a number of characters.
pub fn clip(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
