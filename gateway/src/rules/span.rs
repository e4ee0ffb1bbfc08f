//! An OTLP span as rules see it, and the resource that spans share.

use serde_json::{Map, Value};

use super::subject::{Edit, Part, SampledBy, Subject};
use crate::{
    ids::TraceId,
    limits::{LONG_TEXT_CHARS, TEXT_CHARS},
    otlp::{any_value::clip, row::SpanDetail},
};

/// Attributes that are URLs or parts of one, in the stable and the old semantic conventions of OpenTelemetry.
const URLS: &[&str] = &["url.full", "http.url", "url.path", "url.query", "http.target", "rum.resource.redirected_url"];
/// The first of these that a span has is its URL.
const URL: &[&str] = &["url.full", "http.url", "url.path", "http.target"];
const METHOD: &[&str] = &["http.request.method", "http.method"];
const STATUS: &[&str] = &["http.response.status_code", "http.status_code"];
const MESSAGES: &[&str] = &["exception.message", "exception.stacktrace", "rum.resource.message"];
const VIEWS: &[&str] = &["view.name"];
const USERS: &[&str] = &["user.id", "enduser.id"];

/// What decides to whom a resource belongs is not redacted: the spans would be lost, or somebody else's.
const IDENTITY: &[&str] = &["service.name", "rum.app.id"];

/// A span before it becomes a row.
pub struct Span<'a> {
    /// The application; empty where there is none.
    pub app: &'a str,
    /// `service.name`.
    pub service: &'a str,
    /// Its trace.
    pub trace_id: TraceId,
    /// Its name.
    pub name: &'a mut String,
    /// Its kind.
    pub kind: &'static str,
    /// Its status.
    pub status: &'static str,
    /// Everything else.
    pub detail: &'a mut SpanDetail,
    /// The attributes of its resource.
    pub resource: &'a Map<String, Value>,
}

impl Span<'_> {
    fn first(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().find_map(|key| self.detail.attributes.get(*key))
    }
}

impl Subject for Span<'_> {
    fn app(&self) -> &str {
        self.app
    }

    fn service(&self) -> &str {
        self.service
    }

    fn name(&self) -> &str {
        self.name
    }

    fn kind(&self) -> &str {
        self.kind
    }

    fn url(&self) -> &str {
        self.first(URL).and_then(Value::as_str).unwrap_or_default()
    }

    fn method(&self) -> &str {
        self.first(METHOD).and_then(Value::as_str).unwrap_or_default()
    }

    fn status(&self) -> Option<u16> {
        let status = self.first(STATUS)?;
        let number = status.as_u64().or_else(|| status.as_str()?.parse().ok())?;
        u16::try_from(number).ok()
    }

    fn is_error(&self) -> bool {
        self.status == "error"
    }

    fn attribute(&self, key: &str) -> Option<String> {
        self.detail.attributes.get(key).or_else(|| self.resource.get(key)).map(as_text)
    }

    fn sampled_by(&self) -> SampledBy<'_> {
        SampledBy::Trace(self.trace_id)
    }

    fn rename(&mut self, edit: Edit<'_>) {
        if let Some(name) = edit(self.name) {
            *self.name = clip(&name, TEXT_CHARS);
        }
    }

    fn redact(&mut self, part: &Part, whole: bool, edit: Edit<'_>) {
        match part {
            Part::Name => self.rename(edit),
            Part::Message => {
                if let Some(message) = edit(&self.detail.status_message) {
                    self.detail.status_message = clip(&message, LONG_TEXT_CHARS);
                }
            }
            Part::Attributes => {
                self.detail.events.iter_mut().for_each(|event| {
                    event.name = edit(&event.name).map_or_else(|| event.name.clone(), |name| clip(&name, TEXT_CHARS));
                });
            }
            _ => {}
        }
        let detail = &mut *self.detail;
        let events = detail.events.iter_mut().map(|event| &mut event.attributes);
        let links = detail.links.iter_mut().map(|link| &mut link.attributes);
        for attributes in events.chain(links).chain([&mut detail.attributes]) {
            edit_part(attributes, part, whole, edit);
        }
    }
}

/// A resource, for conditions.
pub struct Resource<'a> {
    /// The application; empty where there is none.
    pub app: &'a str,
    /// `service.name`.
    pub service: &'a str,
    /// Its attributes.
    pub attributes: &'a Map<String, Value>,
}

impl Subject for Resource<'_> {
    fn app(&self) -> &str {
        self.app
    }

    fn service(&self) -> &str {
        self.service
    }

    fn name(&self) -> &str {
        ""
    }

    fn kind(&self) -> &str {
        ""
    }

    fn url(&self) -> &str {
        ""
    }

    fn method(&self) -> &str {
        ""
    }

    fn status(&self) -> Option<u16> {
        None
    }

    fn is_error(&self) -> bool {
        false
    }

    fn attribute(&self, key: &str) -> Option<String> {
        self.attributes.get(key).map(as_text)
    }

    fn sampled_by(&self) -> SampledBy<'_> {
        SampledBy::Text("")
    }

    fn rename(&mut self, _: Edit<'_>) {}

    fn redact(&mut self, _: &Part, _: bool, _: Edit<'_>) {}
}

/// Redacts attributes of a resource.
pub fn redact_resource(attributes: &mut Map<String, Value>, part: &Part, whole: bool, edit: Edit<'_>) {
    edit_part(attributes, part, whole, edit);
}

/// Changes the attributes that belong to a part.
fn edit_part(attributes: &mut Map<String, Value>, part: &Part, whole: bool, edit: Edit<'_>) {
    let keys = match part {
        Part::Name => return,
        Part::Url => URLS,
        Part::Message => MESSAGES,
        Part::View => VIEWS,
        Part::User => USERS,
        Part::Attributes => {
            for (key, value) in attributes {
                if !IDENTITY.contains(&key.as_str()) {
                    edit_value(value, whole, edit);
                }
            }
            return;
        }
        Part::Attribute(key) if IDENTITY.contains(&key.as_str()) => return,
        Part::Attribute(key) => &[key.as_str()],
    };
    for key in keys {
        attributes.get_mut(*key).into_iter().for_each(|value| edit_value(value, whole, edit));
    }
}

/// Changes the texts within a value; with `whole` the value, whatever it is.
pub fn edit_value(value: &mut Value, whole: bool, edit: Edit<'_>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = edit(text) {
                *text = clip(&changed, LONG_TEXT_CHARS);
            }
        }
        Value::Null => {}
        other if whole => {
            if let Some(changed) = edit(&other.to_string()) {
                *other = Value::String(changed);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| edit_value(value, whole, edit)),
        Value::Object(map) => map.values_mut().for_each(|value| edit_value(value, whole, edit)),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
