//! The request headers that the demo page shows: those that carry a trace, and the content type.

use axum::http::HeaderMap;
use opentelemetry::{Context, trace::TraceContextExt};
use serde_json::{Map, Value};

/// Headers of all the propagation formats that an agent may be told to use.
const SHOWN: &[&str] = &[
    "traceparent",
    "tracestate",
    "baggage",
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-parentspanid",
    "x-b3-sampled",
    "uber-trace-id",
    "sw8",
    "content-type",
];

/// The shown headers of a request, as a JSON object.
pub fn headers(headers: &HeaderMap) -> Map<String, Value> {
    SHOWN
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), Value::from(headers.get(*name)?.to_str().ok()?))))
        .collect()
}

/// The id of the trace that the current request belongs to.
pub fn trace_id() -> String {
    Context::current().span().span_context().trace_id().to_string()
}
