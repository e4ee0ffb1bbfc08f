//! Bytes into a checked bundle. The answer to a bad one names what is wrong and where.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::bundle::{Bundle, ResourceEvent};
use crate::limits::EVENTS_PER_BUNDLE;

/// Latest start that an event may have, milliseconds since the epoch: the year 2200. Span times
/// are nanoseconds in 64 bits, and SQLite's integers have a sign.
const LATEST_MS: f64 = 7_258_118_400_000.0;

/// Longest duration that an event may have: a week. Anything longer is not a request.
const LONGEST_MS: f64 = 7.0 * 24.0 * 3_600_000.0;

/// A bundle whose shape is right.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// What holds for all events.
    pub bundle: Bundle,
    /// The requests.
    pub events: Vec<ResourceEvent>,
    /// Events of other kinds, which the agent may send and the gateway does not keep.
    pub other_kinds: usize,
}

/// What is wrong with a bundle, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBundle {
    /// Place in the document such as `events[2].duration`; empty for the document itself.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl BadBundle {
    fn at(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

/// Reads a bundle, all of it or none.
pub fn parse(body: &[u8]) -> Result<Parsed, BadBundle> {
    let mut document: Value =
        serde_json::from_slice(body).map_err(|error| BadBundle::at("", format!("not valid JSON: {error}")))?;
    let Some(object) = document.as_object_mut() else {
        return Err(BadBundle::at("", "must be one JSON object"));
    };
    let events = match object.remove("events") {
        Some(Value::Array(events)) => events,
        Some(_) => return Err(BadBundle::at("events", "must be an array")),
        None => return Err(BadBundle::at("events", "is missing")),
    };
    if events.len() > EVENTS_PER_BUNDLE {
        return Err(BadBundle::at(
            "events",
            format!("has {} entries, at most {EVENTS_PER_BUNDLE} are taken", events.len()),
        ));
    }

    let bundle: Bundle = typed(document, "")?;
    if bundle.app.id.trim().is_empty() {
        return Err(BadBundle::at("app.id", "must not be empty"));
    }
    let mut parsed = Parsed { bundle, events: Vec::with_capacity(events.len()), other_kinds: 0 };
    for (index, event) in events.into_iter().enumerate() {
        let path = format!("events[{index}]");
        match event.get("event_type") {
            Some(Value::String(kind)) if kind == "resource" => parsed.events.push(resource(event, &path)?),
            Some(Value::String(_)) => parsed.other_kinds += 1,
            Some(_) => {
                return Err(BadBundle::at(format!("{path}.event_type"), "must be a string"));
            }
            None if event.is_object() => {
                return Err(BadBundle::at(format!("{path}.event_type"), "is missing"));
            }
            None => return Err(BadBundle::at(path, "must be an object")),
        }
    }
    Ok(parsed)
}

fn resource(event: Value, path: &str) -> Result<ResourceEvent, BadBundle> {
    let event: ResourceEvent = typed(event, path)?;
    if !(0.0..=LATEST_MS).contains(&event.timestamp) {
        let reason = "must be milliseconds since the epoch, not before 1970 and not after 2200";
        return Err(BadBundle::at(format!("{path}.timestamp"), reason));
    }
    if !(0.0..=LONGEST_MS).contains(&event.duration) {
        return Err(BadBundle::at(format!("{path}.duration"), "must be milliseconds, from 0 to one week"));
    }
    Ok(event)
}

/// Deserializes with the place of the first mismatch.
fn typed<T: DeserializeOwned>(value: Value, prefix: &str) -> Result<T, BadBundle> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let inner = error.path().to_string();
        let path = match (prefix, inner.as_str()) {
            (_, ".") => prefix.to_owned(),
            ("", _) => inner,
            _ => format!("{prefix}.{inner}"),
        };
        // Who reads this writes JSON, not Rust.
        BadBundle::at(path, error.inner().to_string().replace("f64", "a number"))
    })
}
