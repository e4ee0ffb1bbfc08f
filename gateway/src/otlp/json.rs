//! OTLP's own JSON: hex ids, camelCase, enums as numbers, 64-bit numbers as text or numbers.
//!
//! `opentelemetry-proto` reads most of it. This file adds what the protocol asks and the crate
//! does not do: `null` means absent, unknown fields are skipped inside attribute values too, and
//! ids are hex digits and nothing else. Errors name the place.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use serde_json::{Map, Value};

/// The kinds of value that an attribute may have.
const VALUE_FIELDS: &[&str] =
    &["stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue"];

/// Reads an export request.
pub fn parse(body: &[u8]) -> Result<ExportTraceServiceRequest, String> {
    let mut document: Value = serde_json::from_slice(body).map_err(|error| format!("not valid JSON: {error}"))?;
    let Some(object) = document.as_object_mut() else {
        return Err("must be one JSON object".to_owned());
    };
    object.entry("resourceSpans").or_insert_with(|| Value::Array(Vec::new()));
    tidy(&mut document, &mut String::new())?;
    serde_path_to_error::deserialize(document).map_err(|error| match error.path().to_string().as_str() {
        "." => error.inner().to_string(),
        path => format!("{path}: {}", error.inner()),
    })
}

/// Walks the document once. The depth is bounded by the JSON parser's own limit.
fn tidy(value: &mut Value, path: &mut String) -> Result<(), String> {
    match value {
        Value::Object(object) => {
            object.retain(|_, value| !value.is_null());
            if is_attribute_value(object, path) {
                object.retain(|key, _| VALUE_FIELDS.contains(&key.as_str()));
            }
            for (key, value) in object {
                within(path, &format!(".{key}"), |path| {
                    check_id(key, value, path)?;
                    tidy(value, path)
                })?;
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                within(path, &format!("[{index}]"), |path| tidy(value, path))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// An attribute's `value`, or an entry of an `arrayValue`.
fn is_attribute_value(object: &Map<String, Value>, path: &str) -> bool {
    (path.ends_with(".value") || path.ends_with(']')) && object.keys().any(|key| VALUE_FIELDS.contains(&key.as_str()))
        || path.ends_with(".value")
}

fn check_id(key: &str, value: &Value, path: &str) -> Result<(), String> {
    let digits = match key {
        "traceId" => 32,
        "spanId" | "parentSpanId" => 16,
        _ => return Ok(()),
    };
    // The place of an attribute that happens to have this name holds no text.
    let Some(text) = value.as_str() else {
        return Ok(());
    };
    let empty_parent = text.is_empty() && key == "parentSpanId";
    if empty_parent || (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Ok(());
    }
    Err(format!("{}: must be {digits} hex digits", path.trim_start_matches('.')))
}

fn within<T>(path: &mut String, step: &str, visit: impl FnOnce(&mut String) -> T) -> T {
    let length = path.len();
    path.push_str(step);
    let result = visit(path);
    path.truncate(length);
    result
}
