//! `POST /rum`: a bundle comes in, and 204 goes out once it is stored.

use std::{
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
};

use super::{Gateway, body, problem::Problem};
use crate::{
    limits::RUM_BODY_BYTES,
    otlp::{decode, row::SpanRow},
    rum::{
        mapping,
        parse::{self, BadBundle},
        record::{Arrival, Record},
    },
    store::write::NewEvent,
};

/// Takes a bundle. Beacons are `text/plain`, because that needs no preflight.
pub async fn take(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let result = store(&gateway, peer, &headers, body).await;
    if let Err(problem) = &result {
        let counter = if problem.status.is_client_error() {
            &gateway.counters.requests_refused
        } else {
            &gateway.counters.requests_failed
        };
        counter.add(1);
    }
    result
}

async fn store(gateway: &Gateway, peer: SocketAddr, headers: &HeaderMap, body: Body) -> Result<StatusCode, Problem> {
    match body::media_type(headers)?.as_deref() {
        None | Some("text/plain" | "application/json") => {}
        Some(other) => {
            let message = format!("content-type {other} is not supported, only text/plain and application/json");
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    }
    let bytes = body::read(headers, body, RUM_BODY_BYTES).await?;
    let arrival = Arrival { at_ms: now_ms(), from: Some(peer.ip()) };
    let Intake { events, other_kinds, dropped } = body::parse(gateway, move || intake(&bytes, arrival)).await?;
    let sent = events.len();
    let written = gateway.store.write_events(events).await?;
    gateway.counters.events_other_kind.add(other_kinds);
    // A bundle of which every event was here already was sent again, its drop counters with it.
    if sent == 0 || written.events > 0 {
        for (reason, count) in dropped {
            gateway.counters.events_dropped_by_agents.add(&reason, count);
        }
    }
    gateway.counters.stored(written);
    Ok(StatusCode::NO_CONTENT)
}

/// What is kept of a bundle.
struct Intake {
    events: Vec<NewEvent>,
    /// Events of another kind.
    other_kinds: usize,
    /// Events that the agent dropped, by reason.
    dropped: Vec<(String, u32)>,
}

fn intake(bytes: &[u8], arrival: Arrival) -> Result<Intake, Problem> {
    let parsed = parse::parse(bytes)?;
    let mut events = Vec::with_capacity(parsed.events.len());
    for event in &parsed.events {
        let record = Record::new(event, &parsed.bundle, arrival);
        let span = match mapping::spans(&record) {
            Some(spans) => span_row(spans)?,
            None => None,
        };
        events.push(NewEvent { record, span });
    }
    let dropped = parsed.bundle.dropped().map(|(reason, count)| (reason.to_owned(), count)).collect();
    Ok(Intake { events, other_kinds: parsed.other_kinds, dropped })
}

/// A span from a browser takes the same way into the store as one from a backend.
fn span_row(spans: opentelemetry_proto::tonic::trace::v1::ResourceSpans) -> Result<Option<SpanRow>, Problem> {
    let rows = decode::rows(&[spans]).map_err(|reason| Problem::new(StatusCode::BAD_REQUEST, reason))?;
    Ok(rows.into_iter().next())
}

fn now_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

impl From<BadBundle> for Problem {
    fn from(bad: BadBundle) -> Self {
        let path = Some(bad.path).filter(|path| !path.is_empty());
        let message = match &path {
            Some(path) => format!("{path}: {}", bad.reason),
            None => bad.reason,
        };
        Self { status: StatusCode::BAD_REQUEST, message, path }
    }
}
