//! OTLP attribute values as the JSON that the API shows, within the gateway's bounds and without secrets.

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value as Any};
use serde_json::{Map, Value};

use crate::{
    limits::{ATTRIBUTES, ATTRIBUTES_BYTES, LONG_TEXT_CHARS, TEXT_CHARS},
    redact,
};

/// Integers that JavaScript cannot hold exactly are shown as text.
const SAFE_INTEGER: i64 = 9_007_199_254_740_991;

/// What a value costs beside its text.
const VALUE_BYTES: usize = 16;

/// Attributes as a JSON object: the first [`ATTRIBUTES`] of them, up to [`ATTRIBUTES_BYTES`].
pub fn attributes(list: &[KeyValue]) -> Map<String, Value> {
    within(list, &mut { ATTRIBUTES_BYTES })
}

/// The same within what is `left` of the bytes.
fn within(list: &[KeyValue], left: &mut usize) -> Map<String, Value> {
    let mut map = Map::new();
    for entry in list.iter().take(ATTRIBUTES) {
        let key = clip(&entry.key, TEXT_CHARS);
        *left = left.saturating_sub(key.len());
        let value = json(&key, entry.value.as_ref(), left);
        if *left == 0 {
            break;
        }
        map.insert(key, value);
    }
    map
}

fn json(key: &str, value: Option<&AnyValue>, left: &mut usize) -> Value {
    *left = left.saturating_sub(VALUE_BYTES);
    match value.and_then(|value| value.value.as_ref()) {
        None => Value::Null,
        Some(Any::StringValue(text)) => {
            let text = clip(&redact::attribute(key, text), LONG_TEXT_CHARS);
            *left = left.saturating_sub(text.len());
            Value::String(text)
        }
        Some(Any::BoolValue(value)) => Value::Bool(*value),
        Some(Any::IntValue(number)) if number.abs_diff(0) > SAFE_INTEGER.unsigned_abs() => {
            Value::String(number.to_string())
        }
        Some(Any::IntValue(number)) => Value::from(*number),
        // JSON has no NaN and no infinity, so these are words.
        Some(Any::DoubleValue(number)) if !number.is_finite() => Value::String(number.to_string()),
        Some(Any::DoubleValue(number)) => Value::from(*number),
        Some(Any::ArrayValue(list)) => {
            let values = list.values.iter().take(ATTRIBUTES);
            // The key of a list says what its entries are: request headers have lists of values.
            values.map(|value| json(key, Some(value), left)).collect()
        }
        Some(Any::KvlistValue(list)) => Value::Object(within(&list.values, left)),
        Some(Any::BytesValue(bytes)) => Value::String(format!("({} bytes)", bytes.len())),
        // Later protocol versions may refer to text outside the message; there is none in traces.
        #[allow(unreachable_patterns)]
        Some(_) => Value::Null,
    }
}

/// Cuts a text to a number of characters.
pub fn clip(text: &str, characters: usize) -> String {
    // No text has more characters than bytes.
    let cut = if text.len() > characters { text.char_indices().nth(characters) } else { None };
    match cut {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text.to_owned(),
    }
}
