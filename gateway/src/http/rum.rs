//! `POST /rum`: a bundle comes in, and 204 goes out once it is stored; 200 with a word on what was left out.

use std::net::SocketAddr;

use axum::{
    Json,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{Gateway, body, client, origins::Source, problem::Problem};
use crate::{
    limits::{ROWS_BYTES, RUM_BODY_BYTES},
    report::Report,
    rules::{LeftOut, Rules, event::Event},
    rum::{
        mapping::{self, Common},
        parse::{self, BadBundle, Parsed},
        record::{AppRecord, Arrival, Record},
    },
    store::write::{Batch, NewEvent},
};

/// Takes a bundle. Beacons are `text/plain`, because that needs no preflight.
pub async fn take(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    match body::media_type(&headers)?.as_deref() {
        None | Some("text/plain" | "application/json") => {}
        Some(other) => {
            let message = format!("content-type {other} is not supported, only text/plain and application/json");
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    }
    let client = client::address(peer.ip(), &headers, &gateway.settings.trusted_proxies);
    gateway.rates.check_client(client)?;
    let source = Source::of(&headers, client);
    if !gateway.settings.origins.allow_some(source) {
        return Err(not_allowed(&gateway));
    }
    let taken = body::read(&gateway, &headers, body, RUM_BODY_BYTES).await?;
    let arrival =
        Arrival { at_ms: gateway.settings.clock.now_ms(), from: Some(client), window: gateway.settings.clock.window() };
    let rules = gateway.settings.rules.current();
    let (intake, mut reserved) = body::parse(&gateway, taken, move |bytes| intake(bytes, arrival, &rules)).await?;
    if !gateway.settings.origins.allow(source, &intake.app_id) {
        return Err(not_allowed(&gateway));
    }
    gateway.rates.check_app(&intake.app_id, intake.events.len())?;
    let size = intake.events.iter().map(NewEvent::bytes).sum();
    if !reserved.resize(size) {
        return Err(body::busy());
    }
    let counters = &gateway.counters;
    let sent = intake.events.len();
    let batch =
        Batch { events: intake.events, arrived_ms: arrival.at_ms, reserved: Some(reserved), ..Batch::default() };
    let written = gateway.keep(batch).await?;
    counters.events_other_kind.add(intake.other_kinds);
    counters.events_refused.add(intake.refused);
    counters.events_out_of_time.add(intake.out_of_time);
    counters.events_dropped_by_rules.add(intake.left_out.dropped);
    counters.events_sampled_out.add(intake.left_out.sampled_out);
    // A bundle of which every event was here already was sent again, its drop counters with it.
    if sent == 0 || written.events > 0 {
        for (reason, count) in intake.dropped {
            counters.events_dropped_by_agents.add(&reason, count);
        }
    }
    if intake.problems.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    // The sender need not know of rules: what they leave out has been accepted.
    let accepted = sent + intake.left_out.total();
    if accepted == 0 && intake.refused > 0 {
        // Nothing of it can be kept, now or later.
        let path = intake.problems.first_path().map(str::to_owned);
        return Err(Problem { path, ..Problem::new(StatusCode::BAD_REQUEST, intake.problems.text()) });
    }
    let answer = json!({"accepted": accepted, "refused": intake.refused, "problems": intake.problems.text()});
    Ok(Json(answer).into_response())
}

/// Without rules an operator has not thought of pages on other machines yet, so this says how.
fn not_allowed(gateway: &Gateway) -> Problem {
    let message = if gateway.settings.origins.is_empty() {
        "only pages of this machine may report; start the gateway with --origins PID=ORIGIN for others"
    } else {
        "this origin may not report for this application"
    };
    Problem::new(StatusCode::FORBIDDEN, message).counted_as("origin")
}

/// What is kept of a bundle.
struct Intake {
    app_id: String,
    events: Vec<NewEvent>,
    /// Events of another kind.
    other_kinds: usize,
    /// Events that cannot be kept.
    refused: usize,
    /// Events whose time was too far from now and was replaced.
    out_of_time: usize,
    /// Events that rules have left out.
    left_out: LeftOut,
    /// Which events and fields were left out, and why.
    problems: Report,
    /// Events that the agent dropped, by reason.
    dropped: Vec<(String, u32)>,
}

fn intake(bytes: &[u8], arrival: Arrival, rules: &Rules) -> Result<Intake, Problem> {
    let Parsed { bundle, app_id, events: requested, other_kinds, mut refused, mut report } = parse::parse(bytes)?;
    let app = AppRecord::new(&app_id, &bundle.app);
    let common = Common::new(&app, bundle.agent_version.as_deref().unwrap_or_default());
    let sent = requested.len();
    let mut events = Vec::with_capacity(sent);
    let (mut out_of_time, mut bytes, mut left_out) = (0, 0, LeftOut::default());
    for event in requested {
        if bytes > ROWS_BYTES {
            report.add("events", "the bundle is too large when it is unpacked");
            refused += sent - events.len() - left_out.total();
            break;
        }
        let mut record = Record::new(event, &bundle, &app, arrival);
        if !left_out.keeps(rules.apply(&mut Event { record: &mut record, common: &common })) {
            continue;
        }
        out_of_time += usize::from(record.reported_timestamp_ms.is_some());
        let span = mapping::span(&record, &common);
        let event = NewEvent::new(record, span)?;
        bytes += event.bytes();
        events.push(event);
    }
    Ok(Intake {
        app_id,
        events,
        other_kinds,
        refused,
        out_of_time,
        left_out,
        problems: report,
        dropped: bundle.dropped,
    })
}

impl From<BadBundle> for Problem {
    fn from(bad: BadBundle) -> Self {
        let path = Some(bad.path).filter(|path| !path.is_empty());
        let message = match &path {
            Some(path) => format!("{path}: {}", bad.reason),
            None => bad.reason,
        };
        Self { path, ..Self::new(StatusCode::BAD_REQUEST, message) }
    }
}
