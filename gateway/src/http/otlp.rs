//! `POST /v1/traces`: OTLP/HTTP, in protobuf or JSON, answered in the encoding of the request.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;

use super::{Gateway, body, problem::Problem};
use crate::{
    limits::{OTLP_BODY_BYTES, SPANS_PER_TRACE},
    otlp::{
        decode, json,
        reply::{self, Encoding},
    },
};

/// Takes an export request.
pub async fn take(State(gateway): State<Gateway>, headers: HeaderMap, body: Body) -> Response {
    let encoding = match encoding(&headers) {
        Ok(encoding) => encoding,
        Err(problem) => return refuse(&gateway, Encoding::Json, &problem),
    };
    match store(&gateway, encoding, &headers, body).await {
        Ok(rejected) => {
            let reason = format!("a trace keeps at most {SPANS_PER_TRACE} spans");
            answer(StatusCode::OK, encoding, reply::success(encoding, rejected, &reason))
        }
        Err(problem) => refuse(&gateway, encoding, &problem),
    }
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, Problem> {
    match body::media_type(headers)?.as_deref() {
        Some("application/x-protobuf") => Ok(Encoding::Protobuf),
        Some("application/json") => Ok(Encoding::Json),
        other => {
            let given = other.unwrap_or("(none)");
            let message =
                format!("content-type {given} is not supported, only application/x-protobuf and application/json");
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
        }
    }
}

/// Stores the spans; gives the number of those that were not kept.
async fn store(gateway: &Gateway, encoding: Encoding, headers: &HeaderMap, body: Body) -> Result<usize, Problem> {
    let bytes = body::read(headers, body, OTLP_BODY_BYTES).await?;
    let rows = body::parse(gateway, move || {
        let request = match encoding {
            Encoding::Json => json::parse(&bytes),
            Encoding::Protobuf => ExportTraceServiceRequest::decode(bytes.as_slice())
                .map_err(|error| format!("not an ExportTraceServiceRequest: {error}")),
        };
        request
            .and_then(|request| decode::rows(&request.resource_spans))
            .map_err(|reason| Problem::new(StatusCode::BAD_REQUEST, reason))
    })
    .await?;
    let written = gateway.store.write_spans(rows).await?;
    gateway.counters.stored(written);
    Ok(written.over_limit)
}

fn refuse(gateway: &Gateway, encoding: Encoding, problem: &Problem) -> Response {
    let counters = &gateway.counters;
    if problem.status.is_client_error() { &counters.requests_refused } else { &counters.requests_failed }.add(1);
    let mut response =
        answer(problem.status, encoding, reply::failure(encoding, rpc_code(problem.status), &problem.message));
    if problem.is_temporary() {
        response.headers_mut().insert(header::RETRY_AFTER, 1.into());
    }
    response
}

/// The `google.rpc.Code` that goes with an HTTP status.
fn rpc_code(status: StatusCode) -> i32 {
    match status {
        StatusCode::BAD_REQUEST => 3,
        StatusCode::REQUEST_TIMEOUT => 4,
        StatusCode::PAYLOAD_TOO_LARGE => 8,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => 12,
        StatusCode::SERVICE_UNAVAILABLE => 14,
        _ => 13,
    }
}

fn answer(status: StatusCode, encoding: Encoding, body: Vec<u8>) -> Response {
    let content_type = HeaderValue::from_static(encoding.content_type());
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
