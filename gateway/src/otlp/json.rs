//! OTLP's own JSON, read span by span: hex ids, camelCase, enums as numbers, 64-bit numbers as text or numbers.
//!
//! `opentelemetry-proto` reads most of a span. This file adds what the protocol asks and the crate does not do: `null`
//! means absent, unknown fields are skipped inside attribute values too, and ids are hex digits and nothing else.
//! A field of a span that cannot be read is left out; without its ids and times there is no span.

use opentelemetry_proto::tonic::{common::v1::InstrumentationScope, resource::v1::Resource, trace::v1::Span};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};
use serde_path_to_error::Segment;

use super::take::Taken;
use crate::limits::SPAN_BYTES;

/// The kinds of value that an attribute may have.
const VALUE_FIELDS: &[&str] =
    &["stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue"];

/// Fields without which a span is none.
const ESSENTIAL: &[&str] = &["traceId", "spanId", "parentSpanId", "startTimeUnixNano", "endTimeUnixNano"];

/// Fields of one span that may be left out before it is given up.
const LEFT_OUT: usize = 16;

type Raw<'a> = &'a RawValue;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Export<'a> {
    #[serde(borrow, default)]
    resource_spans: Option<Vec<Option<ResourceSpans<'a>>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSpans<'a> {
    #[serde(borrow, default)]
    resource: Option<Raw<'a>>,
    #[serde(borrow, default)]
    scope_spans: Option<Vec<Option<ScopeSpans<'a>>>>,
}

#[derive(Deserialize)]
struct ScopeSpans<'a> {
    #[serde(borrow, default)]
    scope: Option<Raw<'a>>,
    #[serde(borrow, default)]
    spans: Option<Vec<Raw<'a>>>,
}

/// Reads a request. `Err` where it is not one; single spans that are wrong are counted.
pub fn read(body: &[u8], taken: &mut Taken) -> Result<(), String> {
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        serde_json::from_slice::<&RawValue>(body).map_err(|error| format!("not valid JSON: {error}"))?;
        return Err("must be one JSON object".to_owned());
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let export: Export<'_> = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let (path, reason) = (error.path().to_string(), error.into_inner());
        match reason.classify() {
            serde_json::error::Category::Data => format!("{path}: {reason}"),
            _ => format!("not valid JSON: {reason}"),
        }
    })?;
    reader.end().map_err(|error| format!("not valid JSON: {error}"))?;
    for (r, resource_spans) in export.resource_spans.unwrap_or_default().into_iter().enumerate() {
        let Some(resource_spans) = resource_spans else { continue };
        let path = format!("resourceSpans[{r}]");
        let resource: Resource = optional(resource_spans.resource, &format!("{path}.resource"), taken);
        for (s, scope_spans) in resource_spans.scope_spans.unwrap_or_default().into_iter().enumerate() {
            let Some(scope_spans) = scope_spans else { continue };
            let path = format!("{path}.scopeSpans[{s}]");
            let scope: InstrumentationScope = optional(scope_spans.scope, &format!("{path}.scope"), taken);
            let spans = scope_spans.spans.unwrap_or_default();
            let common = match taken.common(&resource.attributes, Some(&scope)) {
                Ok(common) => common,
                Err(reason) => {
                    taken.reject(spans.len(), &path, &reason);
                    continue;
                }
            };
            for (i, raw) in spans.iter().enumerate() {
                let path = || format!("{path}.spans[{i}]");
                if let Err(reason) = taken.has_room() {
                    taken.reject(spans.len() - i, &path(), reason);
                    break;
                }
                match lenient::<Span>(raw, &path(), taken) {
                    Ok(Some(span)) => taken.span(&common, &span, &path),
                    Ok(None) => {}
                    Err((path, reason)) => taken.reject(1, &path, &reason),
                }
            }
        }
    }
    Ok(())
}

/// A resource or scope; its default where there is none or where it cannot be read.
fn optional<T: DeserializeOwned + Default>(raw: Option<Raw<'_>>, path: &str, taken: &mut Taken) -> T {
    let read = raw.map(|raw| lenient::<T>(raw, path, taken));
    match read {
        Some(Ok(Some(value))) => value,
        Some(Err((path, reason))) => {
            taken.report.add(&path, &reason);
            T::default()
        }
        _ => T::default(),
    }
}

/// Reads a message, and leaves out fields that cannot be read; `None` for `null`.
fn lenient<T: DeserializeOwned>(raw: Raw<'_>, path: &str, taken: &mut Taken) -> Result<Option<T>, (String, String)> {
    if raw.get().len() > SPAN_BYTES {
        return Err((path.to_owned(), format!("is over {SPAN_BYTES} bytes")));
    }
    let fail = |error: &dyn std::fmt::Display| (path.to_owned(), error.to_string());
    let mut value: Value = serde_json::from_str(raw.get()).map_err(|error| fail(&error))?;
    if value.is_null() {
        return Ok(None);
    }
    tidy(&mut value, &mut path.to_owned())?;
    for _ in 0..LEFT_OUT {
        let error = match serde_path_to_error::deserialize(&value) {
            Ok(message) => return Ok(Some(message)),
            Err(error) => error,
        };
        let place = format!("{path}.{}", error.path());
        let reason = error.inner().to_string();
        let segments: Vec<_> = error.path().iter().collect();
        if !remove(&mut value, &segments) {
            return Err((place, reason));
        }
        taken.report.add(&place, &reason);
    }
    Err((path.to_owned(), "has too many fields that cannot be read".to_owned()))
}

/// Takes the bad field out: one entry of a list of attributes, events or links, or else the whole field.
fn remove(value: &mut Value, path: &[&Segment]) -> bool {
    let (Some(Segment::Map { key }), Some(object)) = (path.first(), value.as_object_mut()) else { return false };
    if ESSENTIAL.contains(&key.as_str()) {
        return false;
    }
    if let (Some(Segment::Seq { index }), Some(Value::Array(list))) = (path.get(1), object.get_mut(key))
        && *index < list.len()
    {
        list.remove(*index);
        return true;
    }
    object.remove(key).is_some()
}

/// Walks a message once. The depth is bounded by the JSON parser's own limit.
fn tidy(value: &mut Value, path: &mut String) -> Result<(), (String, String)> {
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
    path.ends_with(".value") || path.ends_with(']') && object.keys().any(|key| VALUE_FIELDS.contains(&key.as_str()))
}

fn check_id(key: &str, value: &Value, path: &str) -> Result<(), (String, String)> {
    let digits = match key {
        "traceId" => 32,
        "spanId" | "parentSpanId" => 16,
        _ => return Ok(()),
    };
    // An attribute may have this name, and its value is no text.
    let Some(text) = value.as_str() else {
        return Ok(());
    };
    let empty_parent = text.is_empty() && key == "parentSpanId";
    if empty_parent || (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())) {
        return Ok(());
    }
    Err((path.to_owned(), format!("must be {digits} hex digits")))
}

fn within<T>(path: &mut String, step: &str, visit: impl FnOnce(&mut String) -> T) -> T {
    let length = path.len();
    path.push_str(step);
    let result = visit(path);
    path.truncate(length);
    result
}
