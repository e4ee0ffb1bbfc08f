//! The trace context that a request carried: `traceparent: 00-{trace id}-{span id}-{flags}`.
//!
//! Follows W3C Trace Context: lower-case hex, no zero ids, version `ff` forbidden, later versions
//! read by their first 55 characters.

use serde::Deserialize;

use super::bundle::ResourceEvent;
use crate::{
    ids::{SpanId, TraceId, nibble},
    limits::LONG_TEXT_CHARS,
};

const SAMPLED: u8 = 1;

/// What went out with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace_id: TraceId,
    /// The request's own span.
    pub span_id: SpanId,
    /// The application's span, where the application set the header itself and our span is a child of that span.
    pub parent_id: Option<SpanId>,
    /// W3C trace flags.
    pub flags: u8,
    /// `traceparent` as sent, or empty.
    pub header: String,
    /// `tracestate`, or empty.
    pub trace_state: String,
}

impl TraceContext {
    /// Whether the trace is recorded; one that is not has no span.
    pub fn sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// Reads the context of an event.
    ///
    /// The header as sent decides. Where an agent does not report it, the ids of `trace_id` and `trace_data` stand in.
    /// Where `trace_data` names another span than the header, the header is the application's own. A header and a
    /// `trace_id` that disagree give no context: a span in the wrong trace is worse than none.
    pub fn of(event: &ResourceEvent) -> Option<Self> {
        let data = trace_data(event);
        let trace_id = event.trace_id.as_deref().filter(|id| !id.is_empty());
        let headers = data.headers.unwrap_or_default();
        let header = headers.traceparent.as_deref().or(event.traceparent.as_deref()).filter(|value| !value.is_empty());
        let span_id = data.span_id.as_deref().and_then(SpanId::from_hex);
        let mut context = match header {
            Some(header) => parse_traceparent(header)?,
            None => Self {
                trace_id: TraceId::from_hex(trace_id?)?,
                span_id: span_id?,
                parent_id: None,
                flags: if data.sampled == Some(false) { 0 } else { SAMPLED },
                header: String::new(),
                trace_state: String::new(),
            },
        };
        if let Some(span_id) = span_id.filter(|id| *id != context.span_id) {
            context.parent_id = Some(std::mem::replace(&mut context.span_id, span_id));
        }
        if trace_id.is_some_and(|id| TraceId::from_hex(id) != Some(context.trace_id)) {
            return None;
        }
        let state = headers.tracestate.as_deref().or(event.tracestate.as_deref());
        context.trace_state = state.filter(|state| is_header_text(state)).unwrap_or_default().to_owned();
        Some(context)
    }
}

/// What `trace_data` holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TraceData {
    /// The request's span id.
    span_id: Option<String>,
    /// Whether the trace is recorded.
    sampled: Option<bool>,
    /// The headers as sent.
    #[serde(default)]
    headers: Option<CarrierHeaders>,
}

/// The W3C part of the headers as sent.
#[derive(Debug, Clone, Default, Deserialize)]
struct CarrierHeaders {
    /// `traceparent`.
    traceparent: Option<String>,
    /// `tracestate`.
    tracestate: Option<String>,
}

/// What `trace_data` holds; nothing where it is missing or was cut short by its sender.
fn trace_data(event: &ResourceEvent) -> TraceData {
    event.trace_data.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Reads a `traceparent` value, without its tracestate.
pub fn parse_traceparent(value: &str) -> Option<TraceContext> {
    let mut fields = value.splitn(5, '-');
    let version = byte(fields.next()?)?;
    let trace_id = TraceId::from_hex(fields.next()?)?;
    let span_id = SpanId::from_hex(fields.next()?)?;
    let flags = byte(fields.next()?)?;
    let has_more = fields.next().is_some();
    if version == 0xff || (version == 0 && has_more) {
        return None;
    }
    Some(TraceContext {
        trace_id,
        span_id,
        parent_id: None,
        flags,
        header: value.to_owned(),
        trace_state: String::new(),
    })
}

fn byte(text: &str) -> Option<u8> {
    let &[high, low] = text.as_bytes() else {
        return None;
    };
    Some(nibble(high)? << 4 | nibble(low)?)
}

/// Whether a header could have carried this text.
fn is_header_text(text: &str) -> bool {
    text.len() <= LONG_TEXT_CHARS && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
