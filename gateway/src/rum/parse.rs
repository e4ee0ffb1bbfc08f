//! Bytes into a checked bundle. What is wrong in it is left out, one field or one event at a time, and noted with its
//! place; only what makes the whole bundle useless refuses it.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{
    bundle::{Bundle, ResourceEvent},
    fields::{self, Fields},
    loose::{Key, Loose},
};
use crate::{limits::EVENTS_PER_BUNDLE, report::Report};

/// Longest duration that an event may have: a week. Anything longer is not a request.
const LONGEST_MS: f64 = 7.0 * 24.0 * 3_600_000.0;

/// Latest start that an event may have, milliseconds since the epoch: the year 2200.
const LATEST_MS: f64 = 7_258_118_400_000.0;

/// A bundle whose shape is right.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// What holds for all events.
    pub bundle: Bundle,
    /// The application's id, never empty.
    pub app_id: String,
    /// The requests.
    pub events: Vec<Requested>,
    /// Events of other kinds, which the agent may send and the gateway does not keep.
    pub other_kinds: usize,
    /// Events that cannot be kept.
    pub refused: usize,
    /// Which events and fields were left out, and why.
    pub report: Report,
}

/// An event with what it must have.
#[derive(Debug, Clone, Default)]
pub struct Requested {
    /// Start, milliseconds since the epoch.
    pub timestamp: f64,
    /// Milliseconds.
    pub duration: f64,
    /// Everything else.
    pub event: ResourceEvent,
}

/// Why a whole bundle is refused, and where the reason is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBundle {
    /// Place in the document such as `app.id`; empty for the document itself.
    pub path: String,
    /// What is wrong there.
    pub reason: String,
}

impl BadBundle {
    fn at(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

/// Reads a bundle.
pub fn parse(body: &[u8]) -> Result<Parsed, BadBundle> {
    let broken = |error: serde_json::Error| BadBundle::at("", format!("not valid JSON: {error}"));
    let document: &RawValue = serde_json::from_slice(body).map_err(broken)?;
    if !document.get().starts_with('{') {
        return Err(BadBundle::at("", "must be one JSON object"));
    }
    let mut parsed = Parsed::default();
    let mut reader = serde_json::Deserializer::from_str(document.get());
    let events = Document { bundle: &mut parsed.bundle, report: &mut parsed.report }
        .deserialize(&mut reader)
        .map_err(broken)?
        .ok_or_else(|| BadBundle::at("events", "is missing"))?;
    parsed.app_id = match parsed.bundle.app.id.take().map(|id| id.trim().to_owned()) {
        Some(id) if !id.is_empty() => id,
        Some(_) => return Err(BadBundle::at("app.id", "must not be empty")),
        None => return Err(BadBundle::at("app.id", "must be a text")),
    };
    let events: Vec<&RawValue> =
        serde_json::from_str(events.get()).map_err(|_| BadBundle::at("events", "must be an array"))?;
    if events.len() > EVENTS_PER_BUNDLE {
        let reason = format!("has {} entries, at most {EVENTS_PER_BUNDLE} are taken", events.len());
        return Err(BadBundle::at("events", reason));
    }
    parsed.events.reserve_exact(events.len());
    for (index, json) in events.iter().enumerate() {
        let path = format!("events[{index}]");
        match event(json, &path, &mut parsed.report) {
            Ok(Some(event)) => parsed.events.push(event),
            Ok(None) => parsed.other_kinds += 1,
            Err((field, reason)) => {
                parsed.refused += 1;
                parsed.report.add(&format!("{path}{field}"), &reason);
            }
        }
    }
    Ok(parsed)
}

/// Reads one event; `None` for one of another kind.
fn event(json: &RawValue, path: &str, report: &mut Report) -> Result<Option<Requested>, (&'static str, String)> {
    let wrong = |field: &'static str, reason: &str| (field, reason.to_owned());
    if !json.get().starts_with('{') {
        return Err(wrong("", "must be an object"));
    }
    let mut own = Report::default();
    let typed: Typed = fields::read(json, path, &mut own).map_err(|error| ("", error.to_string()))?;
    match typed.event_type {
        None => return Err(wrong(".event_type", "must be a text")),
        Some(kind) if kind != "resource" => return Ok(None),
        Some(_) => report.append(own),
    }
    let event = typed.event;
    let timestamp = event.timestamp.filter(|timestamp| (0.0..=LATEST_MS).contains(timestamp));
    let timestamp = timestamp.ok_or_else(|| {
        wrong(".timestamp", "must be milliseconds since the epoch, not before 1970 and not after 2200")
    })?;
    let duration = match event.duration {
        None => 0.0,
        Some(Ok(duration)) if (0.0..=LONGEST_MS).contains(&duration) => duration,
        Some(_) => return Err(wrong(".duration", "must be milliseconds, from 0 to one week")),
    };
    Ok(Some(Requested { timestamp, duration, event }))
}

/// An event with its kind.
#[derive(Default)]
struct Typed {
    event_type: Option<String>,
    event: ResourceEvent,
}

impl Fields for Typed {
    const OBJECTS: &'static [&'static str] = ResourceEvent::OBJECTS;

    fn set(&mut self, key: &str, value: Loose) -> Result<(), &'static str> {
        if key == "event_type" {
            self.event_type = value.text().unwrap_or_default();
            return Ok(());
        }
        self.event.set(key, value)
    }

    fn set_object(&mut self, key: &str, json: &RawValue, path: &str, report: &mut Report) {
        self.event.set_object(key, json, path, report);
    }
}

/// The outermost object: the bundle, and its events as they stand in the text.
struct Document<'a> {
    bundle: &'a mut Bundle,
    report: &'a mut Report,
}

impl<'de> DeserializeSeed<'de> for Document<'_> {
    type Value = Option<&'de RawValue>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Document<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut events = None;
        while let Some(Key(key)) = map.next_key()? {
            if key == "events" {
                events = Some(map.next_value()?);
            } else if Bundle::OBJECTS.contains(&&*key) {
                self.bundle.set_object(&key, map.next_value()?, &key, self.report);
            } else if let Err(reason) = self.bundle.set(&key, map.next_value()?) {
                self.report.add(&key, reason);
            }
        }
        Ok(events)
    }
}
