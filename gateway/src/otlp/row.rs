//! A span as it is stored and shown, whichever way it came.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One span of one service.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanRow {
    /// Lower-case hex.
    pub trace_id: String,
    /// Lower-case hex.
    pub span_id: String,
    /// Lower-case hex; `None` for the first span of a trace.
    pub parent_span_id: Option<String>,
    /// `service.name` of its resource.
    pub service: String,
    /// Its name.
    pub name: String,
    /// `internal`, `server`, `client`, `producer`, `consumer` or `unspecified`.
    pub kind: String,
    /// Nanoseconds since the epoch.
    pub start_ns: i64,
    /// Nanoseconds since the epoch, never before the start.
    pub end_ns: i64,
    /// `unset`, `ok` or `error`.
    pub status: String,
    /// All that is only shown, never searched.
    pub detail: SpanDetail,
}

/// The part of a span that is only shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SpanDetail {
    /// The status's text.
    pub status_message: String,
    /// W3C tracestate.
    pub trace_state: String,
    /// The span's attributes.
    pub attributes: Map<String, Value>,
    /// The resource's attributes.
    pub resource: Map<String, Value>,
    /// Who made the span within its service.
    pub scope: Scope,
    /// What happened within the span.
    pub events: Vec<SpanEvent>,
    /// Spans of other places that this one points to.
    pub links: Vec<SpanLink>,
}

/// The instrumentation scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// Name of the library.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A point in time within a span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpanEvent {
    /// Nanoseconds since the epoch, as text because JavaScript's numbers cannot hold them.
    pub time_unix_nano: String,
    /// Its name.
    pub name: String,
    /// Its attributes.
    pub attributes: Map<String, Value>,
}

/// A pointer to another span.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SpanLink {
    /// Lower-case hex.
    pub trace_id: String,
    /// Lower-case hex.
    pub span_id: String,
    /// Its attributes.
    pub attributes: Map<String, Value>,
}
