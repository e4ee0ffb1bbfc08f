//! What is kept of an OTLP span.

use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};

use super::{
    any_value::{attributes, clip},
    row::{SpanDetail, SpanEvent, SpanLink},
};
use crate::{
    ids::{SpanId, TraceId},
    limits::{ATTRIBUTES, ATTRIBUTES_BYTES, LONG_TEXT_CHARS, TEXT_CHARS},
    redact,
};

/// A field and what is wrong with it.
type Fault = (&'static str, &'static str);

/// A span's ids.
pub struct Ids {
    pub trace_id: TraceId,
    pub span_id: SpanId,
    pub parent: Option<SpanId>,
}

pub fn ids(span: &Span) -> Result<Ids, Fault> {
    let trace_id = TraceId::from_bytes(&span.trace_id).ok_or((".traceId", "must be 16 bytes, not all zero"))?;
    let span_id = SpanId::from_bytes(&span.span_id).ok_or((".spanId", "must be 8 bytes, not all zero"))?;
    let parent = match span.parent_span_id.as_slice() {
        // Some exporters write the absent parent as zeros.
        [] | [0, 0, 0, 0, 0, 0, 0, 0] => None,
        bytes => Some(SpanId::from_bytes(bytes).ok_or((".parentSpanId", "must be 8 bytes or empty"))?),
    };
    Ok(Ids { trace_id, span_id, parent })
}

/// Start and end; SQLite's integers are signed.
pub fn times(span: &Span) -> Result<(i64, i64), Fault> {
    let late = "is after the year 2262";
    let start = i64::try_from(span.start_time_unix_nano).map_err(|_| (".startTimeUnixNano", late))?;
    let end = i64::try_from(span.end_time_unix_nano).map_err(|_| (".endTimeUnixNano", late))?;
    Ok((start, end.max(start)))
}

pub fn name(span: &Span) -> String {
    clip(&redact::text(&span.name), TEXT_CHARS)
}

pub fn kind(kind: i32) -> &'static str {
    match SpanKind::try_from(kind) {
        Ok(SpanKind::Internal) => "internal",
        Ok(SpanKind::Server) => "server",
        Ok(SpanKind::Client) => "client",
        Ok(SpanKind::Producer) => "producer",
        Ok(SpanKind::Consumer) => "consumer",
        Ok(SpanKind::Unspecified) | Err(_) => "unspecified",
    }
}

pub fn status(span: &Span) -> &'static str {
    match span.status.as_ref().map(|status| StatusCode::try_from(status.code)) {
        Some(Ok(StatusCode::Ok)) => "ok",
        Some(Ok(StatusCode::Error)) => "error",
        _ => "unset",
    }
}

pub fn detail(span: &Span) -> SpanDetail {
    let message = span.status.as_ref().map(|status| redact::text(&status.message));
    // Span events and links together may take as much as the attributes.
    let mut left = ATTRIBUTES_BYTES;
    let mut fits = |bytes: usize| {
        left = left.saturating_sub(bytes + 64);
        left > 0
    };
    SpanDetail {
        status_message: message.map(|message| clip(&message, LONG_TEXT_CHARS)).unwrap_or_default(),
        trace_state: clip(&span.trace_state, LONG_TEXT_CHARS),
        attributes: attributes(&span.attributes),
        events: span
            .events
            .iter()
            .take(ATTRIBUTES)
            .map(|event| SpanEvent {
                time_unix_nano: event.time_unix_nano.to_string(),
                name: clip(&redact::text(&event.name), TEXT_CHARS),
                attributes: attributes(&event.attributes),
            })
            .take_while(|event| fits(event.name.len() + size(&event.attributes)))
            .collect(),
        links: span
            .links
            .iter()
            .take(ATTRIBUTES)
            .filter_map(|link| {
                Some(SpanLink {
                    trace_id: TraceId::from_bytes(&link.trace_id)?.to_string(),
                    span_id: SpanId::from_bytes(&link.span_id)?.to_string(),
                    attributes: attributes(&link.attributes),
                })
            })
            .take_while(|link| fits(size(&link.attributes)))
            .collect(),
    }
}

fn size(attributes: &serde_json::Map<String, serde_json::Value>) -> usize {
    attributes.iter().map(|(key, value)| key.len() + value.as_str().map_or(16, str::len)).sum()
}
