//! A span as plain data: what the RUM mapping produces and the OTLP encoder consumes.

use crate::ids::{SpanId, TraceId};

/// One finished operation of a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct Span {
    /// The trace it belongs to.
    pub trace_id: TraceId,
    /// Its own id, which the backend's first span names as its parent.
    pub span_id: SpanId,
    /// W3C trace flags.
    pub flags: u8,
    /// W3C tracestate as sent, or empty.
    pub trace_state: String,
    /// What happened, in few distinct words.
    pub name: String,
    /// Start in nanoseconds since the epoch.
    pub start_ns: u64,
    /// End in nanoseconds since the epoch, never before the start.
    pub end_ns: u64,
    /// Set where the operation failed; the text may be empty where an attribute says it already.
    pub error: Option<String>,
    /// Facts about it, by the names of OpenTelemetry's semantic conventions.
    pub attributes: Attributes,
}

/// Who made the spans: the application in its environment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Source {
    /// Resource attributes, `service.name` among them.
    pub resource: Attributes,
    /// Version of the agent that measured.
    pub agent_version: String,
}

/// Attributes in the order in which they were added.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Attributes(pub Vec<(&'static str, Value)>);

/// An attribute's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A measured number, always finite.
    Number(f64),
}

impl Attributes {
    /// Adds a text unless it is missing or empty: an empty attribute says nothing.
    pub fn text(&mut self, name: &'static str, value: Option<impl Into<String>>) {
        if let Some(value) = value.map(Into::into).filter(|value| !value.is_empty()) {
            self.0.push((name, Value::Text(value)));
        }
    }

    /// Adds a whole number, if there is one.
    pub fn integer(&mut self, name: &'static str, value: Option<impl Into<i64>>) {
        if let Some(value) = value {
            self.0.push((name, Value::Integer(value.into())));
        }
    }

    /// Adds a measured number, if there is one.
    pub fn number(&mut self, name: &'static str, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.0.push((name, Value::Number(value)));
        }
    }
}
