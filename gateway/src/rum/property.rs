//! What the application says about a request, beside what every event has.

use serde_json::Value;

use super::{record::clip, redact};
use crate::limits::{LONG_TEXT_CHARS, TEXT_CHARS};

/// Most properties of an event that are kept: an agent sends no more.
const PROPERTIES_PER_EVENT: usize = 20;

/// A value that the application gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Property {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
}

/// Texts and numbers by name; what else another agent sends is left out. A secret goes by its name or within its text.
pub fn properties(value: &Value) -> Vec<(String, Property)> {
    let pairs = value.as_object().into_iter().flatten().take(PROPERTIES_PER_EVENT);
    let kept = pairs.filter_map(|(key, value)| {
        let property = match value {
            Value::String(text) => Property::Text(clip(&redact::value(key, text), LONG_TEXT_CHARS)),
            Value::Number(number) => Property::Number(number.as_f64()?),
            _ => return None,
        };
        Some((clip(key, TEXT_CHARS), property))
    });
    kept.collect()
}
