//! `POST /v1/traces`: OTLP/HTTP, in protobuf or JSON, answered in the encoding of the request.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Gateway, body, client, origins::Source, problem::Problem};
use crate::{
    limits::OTLP_BODY_BYTES,
    otlp::{
        json, protobuf,
        reply::{self, Encoding},
        take::{Sender, Taken},
    },
    rum::record::Arrival,
    store::write::{Batch, NewEvent},
};

/// Takes an export request.
pub async fn take(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let encoding = match encoding(&headers) {
        Ok(encoding) => encoding,
        Err(problem) => return refuse(Encoding::Json, &problem),
    };
    let client = client::address(peer.ip(), &headers, &gateway.settings.trusted_proxies);
    match store(&gateway, client, encoding, &headers, body).await {
        Ok((rejected, reason)) => answer(StatusCode::OK, encoding, reply::success(encoding, rejected, &reason)),
        Err(problem) => refuse(encoding, &problem),
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

/// Who sends: whoever shows the token is a backend. A page cannot keep a token secret, so its origin decides, as for
/// bundles. Without a token only backends of this machine are believed.
fn sender(gateway: &Gateway, client: IpAddr, headers: &HeaderMap) -> Result<Sender, Problem> {
    let settings = &gateway.settings;
    if settings.token.as_ref().is_some_and(|token| token.is_shown(headers)) {
        return Ok(Sender::Backend);
    }
    gateway.rates.check_client(client)?;
    let source = Source::of(headers, client);
    if source.origin.is_some() {
        if !settings.origins.allow_some(source) {
            return Err(Problem::new(StatusCode::FORBIDDEN, "this origin may not send spans").counted_as("origin"));
        }
        let (origin, same_site, local) = (source.origin.map(str::to_owned), source.same_site, source.local);
        let (settings, rates) = (Arc::clone(settings), Arc::clone(&gateway.rates));
        return Ok(Sender::Page(Box::new(move |app_id| {
            let source = Source { origin: origin.as_deref(), same_site, local };
            settings.origins.allow(source, app_id) && rates.check_app(app_id, 1).is_ok()
        })));
    }
    match settings.token {
        Some(_) => Err(Problem::new(StatusCode::UNAUTHORIZED, "the token is missing or wrong")),
        None if gateway.local && client.is_loopback() && !client::came_through_proxy(headers) => Ok(Sender::Backend),
        None => {
            let message = "a gateway that can be reached from outside takes spans with a token only; \
                           start it with --token-file";
            Err(Problem::new(StatusCode::FORBIDDEN, message).counted_as("no_token"))
        }
    }
}

/// Stores the spans; gives the number of those that were not kept, and why.
async fn store(
    gateway: &Gateway,
    client: IpAddr,
    encoding: Encoding,
    headers: &HeaderMap,
    body: Body,
) -> Result<(usize, String), Problem> {
    let sender = sender(gateway, client, headers)?;
    let clock = gateway.settings.clock;
    let arrival = Arrival { at_ms: clock.now_ms(), from: Some(client), window: clock.window() };
    let rules = gateway.settings.rules.current();
    let bytes = body::read(gateway, headers, body, OTLP_BODY_BYTES).await?;
    let ((mut taken, events), mut reserved) = body::parse(gateway, bytes, move |bytes| {
        let mut taken = Taken::new(sender, arrival, rules);
        let read = match encoding {
            Encoding::Json => json::read(bytes, &mut taken),
            Encoding::Protobuf => protobuf::read(bytes, &mut taken),
        };
        read.map_err(|reason| Problem::new(StatusCode::BAD_REQUEST, reason))?;
        let events = std::mem::take(&mut taken.events).into_iter().map(|record| NewEvent::new(record, None));
        let events = events.collect::<Result<Vec<_>, _>>()?;
        Ok((taken, events))
    })
    .await?;
    if !reserved.resize(taken.bytes() + events.iter().map(NewEvent::bytes).sum::<usize>()) {
        return Err(body::busy());
    }
    let counters = &gateway.counters;
    counters.spans_refused.add(taken.rejected);
    counters.spans_out_of_time.add(taken.out_of_time);
    counters.spans_dropped_by_rules.add(taken.left_out.dropped);
    counters.spans_sampled_out.add(taken.left_out.sampled_out);
    if taken.rows.is_empty() && taken.rejected > 0 && taken.left_out.total() == 0 {
        // Nothing of it can be kept, now or later.
        return Err(Problem::new(StatusCode::BAD_REQUEST, taken.report.text()));
    }
    let batch =
        Batch { events, spans: std::mem::take(&mut taken.rows), arrived_ms: arrival.at_ms, reserved: Some(reserved) };
    let written = gateway.keep(batch).await?;
    if written.over_limit > 0 {
        taken.report.add("", &format!("{} spans were over what a trace keeps", written.over_limit));
    }
    Ok((taken.rejected + written.over_limit, taken.report.text()))
}

fn refuse(encoding: Encoding, problem: &Problem) -> Response {
    let body = reply::failure(encoding, rpc_code(problem.status), &problem.message);
    problem.mark(answer(problem.status, encoding, body))
}

/// The `google.rpc.Code` that goes with an HTTP status.
fn rpc_code(status: StatusCode) -> i32 {
    match status {
        StatusCode::BAD_REQUEST => 3,
        StatusCode::REQUEST_TIMEOUT => 4,
        StatusCode::FORBIDDEN => 7,
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => 8,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => 12,
        StatusCode::SERVICE_UNAVAILABLE => 14,
        StatusCode::UNAUTHORIZED => 16,
        _ => 13,
    }
}

fn answer(status: StatusCode, encoding: Encoding, body: Vec<u8>) -> Response {
    let content_type = HeaderValue::from_static(encoding.content_type());
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
