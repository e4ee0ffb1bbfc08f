//! OTLP messages into rows. One span that breaks the protocol's rules refuses the whole request.

use opentelemetry_proto::tonic::{
    common::v1::KeyValue,
    trace::v1::{ResourceSpans, Span, span::SpanKind, status::StatusCode},
};
use serde_json::{Map, Value};

use super::{
    any_value::{attributes, clip},
    row::{Scope, SpanDetail, SpanEvent, SpanLink, SpanRow},
};
use crate::{
    ids::{SpanId, TraceId},
    limits::{ATTRIBUTES, LONG_TEXT_CHARS, TEXT_CHARS},
};

/// What OpenTelemetry calls a service that did not name itself.
const UNKNOWN_SERVICE: &str = "unknown_service";

/// Reads all spans in their order; the error names the first bad one.
pub fn rows(resources: &[ResourceSpans]) -> Result<Vec<SpanRow>, String> {
    let mut rows = Vec::new();
    for (r, resource_spans) in resources.iter().enumerate() {
        let given = resource_spans.resource.as_ref().map(|resource| resource.attributes.as_slice()).unwrap_or_default();
        let service = service_name(given);
        let resource = attributes(given);
        for (s, scope_spans) in resource_spans.scope_spans.iter().enumerate() {
            let scope = scope_spans
                .scope
                .as_ref()
                .map(|scope| Scope { name: clip(&scope.name, TEXT_CHARS), version: clip(&scope.version, TEXT_CHARS) });
            let scope = scope.unwrap_or_default();
            for (i, span) in scope_spans.spans.iter().enumerate() {
                let row = row(span, &service, &resource, &scope)
                    .map_err(|problem| format!("resourceSpans[{r}].scopeSpans[{s}].spans[{i}].{problem}"))?;
                rows.push(row);
            }
        }
    }
    Ok(rows)
}

fn service_name(resource: &[KeyValue]) -> String {
    let named = attributes(resource).remove("service.name");
    match named {
        Some(Value::String(name)) if !name.trim().is_empty() => clip(&name, TEXT_CHARS),
        _ => UNKNOWN_SERVICE.to_owned(),
    }
}

fn row(span: &Span, service: &str, resource: &Map<String, Value>, scope: &Scope) -> Result<SpanRow, String> {
    let trace_id = TraceId::from_bytes(&span.trace_id).ok_or("traceId: must be 16 bytes, not all zero")?;
    let span_id = SpanId::from_bytes(&span.span_id).ok_or("spanId: must be 8 bytes, not all zero")?;
    let parent = match span.parent_span_id.as_slice() {
        // Some exporters write the absent parent as zeros.
        [] | [0, 0, 0, 0, 0, 0, 0, 0] => None,
        bytes => Some(SpanId::from_bytes(bytes).ok_or("parentSpanId: must be 8 bytes or empty")?),
    };
    let start_ns = time(span.start_time_unix_nano).ok_or("startTimeUnixNano: is after the year 2262")?;
    let end_ns = time(span.end_time_unix_nano).ok_or("endTimeUnixNano: is after the year 2262")?;
    Ok(SpanRow {
        trace_id: trace_id.to_string(),
        span_id: span_id.to_string(),
        parent_span_id: parent.map(|id| id.to_string()),
        service: service.to_owned(),
        name: clip(&span.name, LONG_TEXT_CHARS),
        kind: kind(span.kind).to_owned(),
        start_ns,
        end_ns: end_ns.max(start_ns),
        status: status(span).to_owned(),
        detail: detail(span, resource, scope),
    })
}

fn detail(span: &Span, resource: &Map<String, Value>, scope: &Scope) -> SpanDetail {
    SpanDetail {
        status_message: span.status.as_ref().map(|status| clip(&status.message, LONG_TEXT_CHARS)).unwrap_or_default(),
        trace_state: clip(&span.trace_state, LONG_TEXT_CHARS),
        attributes: attributes(&span.attributes),
        resource: resource.clone(),
        scope: scope.clone(),
        events: span
            .events
            .iter()
            .take(ATTRIBUTES)
            .map(|event| SpanEvent {
                time_unix_nano: event.time_unix_nano.to_string(),
                name: clip(&event.name, TEXT_CHARS),
                attributes: attributes(&event.attributes),
            })
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
            .collect(),
    }
}

/// SQLite's integers are signed.
fn time(nanoseconds: u64) -> Option<i64> {
    i64::try_from(nanoseconds).ok()
}

fn kind(kind: i32) -> &'static str {
    match SpanKind::try_from(kind) {
        Ok(SpanKind::Internal) => "internal",
        Ok(SpanKind::Server) => "server",
        Ok(SpanKind::Client) => "client",
        Ok(SpanKind::Producer) => "producer",
        Ok(SpanKind::Consumer) => "consumer",
        Ok(SpanKind::Unspecified) | Err(_) => "unspecified",
    }
}

fn status(span: &Span) -> &'static str {
    match span.status.as_ref().map(|status| StatusCode::try_from(status.code)) {
        Some(Ok(StatusCode::Ok)) => "ok",
        Some(Ok(StatusCode::Error)) => "error",
        _ => "unset",
    }
}
