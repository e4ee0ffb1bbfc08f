//! A span as it is stored, whichever way it came.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::ids::{SpanId, TraceId};

/// What a row costs beside its texts.
const ROW_BYTES: usize = 128;

/// One span of one service.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanRow {
    /// Its trace.
    pub trace_id: TraceId,
    /// Its id.
    pub span_id: SpanId,
    /// `None` for the first span of a trace.
    pub parent_span_id: Option<SpanId>,
    /// `service.name` of its resource.
    pub service: Arc<str>,
    /// The application whose page sent it; `None` for a backend's.
    pub app_id: Option<Arc<str>>,
    /// Its name.
    pub name: String,
    /// `internal`, `server`, `client`, `producer`, `consumer` or `unspecified`.
    pub kind: &'static str,
    /// Nanoseconds since the epoch.
    pub start_ns: i64,
    /// Nanoseconds since the epoch, never before the start.
    pub end_ns: i64,
    /// `unset`, `ok` or `error`.
    pub status: &'static str,
    /// What it shares with other spans, as JSON: see [`shared`].
    pub resource: Arc<str>,
    /// [`SpanDetail`] as JSON.
    pub detail: String,
}

impl SpanRow {
    /// Its size, without what it shares.
    pub fn bytes(&self) -> usize {
        ROW_BYTES + self.detail.len() + self.name.len() + self.service.len()
    }
}

/// A resource's attributes and an instrumentation scope, as JSON.
pub fn shared(attributes: Map<String, Value>, scope: &Scope) -> Arc<str> {
    json!({"attributes": attributes, "scope": scope}).to_string().into()
}

/// The part of a span that is only shown, never searched.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SpanDetail {
    /// The status's text.
    pub status_message: String,
    /// W3C tracestate.
    pub trace_state: String,
    /// The span's attributes.
    pub attributes: Map<String, Value>,
    /// What happened within the span.
    pub events: Vec<SpanEvent>,
    /// Spans of other places that this one points to.
    pub links: Vec<SpanLink>,
}

impl SpanDetail {
    /// As it is stored.
    pub fn to_json(&self) -> String {
        // Maps with text keys, texts and lists of them: nothing here that JSON could not say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The instrumentation scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Scope {
    /// Name of the library.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A point in time within a span.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanEvent {
    /// Nanoseconds since the epoch, as text because JavaScript's numbers cannot hold them.
    pub time_unix_nano: String,
    /// Its name.
    pub name: String,
    /// Its attributes.
    pub attributes: Map<String, Value>,
}

/// A pointer to another span.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanLink {
    /// Lower-case hex.
    pub trace_id: String,
    /// Lower-case hex.
    pub span_id: String,
    /// Its attributes.
    pub attributes: Map<String, Value>,
}
