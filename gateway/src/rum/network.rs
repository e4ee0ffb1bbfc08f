//! What a page's span says of the network: phases, end, protocol. For [`super::back`].

use tracebeam::engine::event::{Outcome, PHASES};

use super::back::Span;

/// How a request ended.
#[derive(Debug, Default)]
pub struct End<'a> {
    /// HTTP status.
    pub status: Option<u16>,
    /// 1, 0, or -1 for unknown.
    pub success: f64,
    /// How, where the span says so.
    pub outcome: Option<Outcome>,
    /// In words.
    pub message: Option<&'a str>,
}

/// Reads the end from status, `error.type` and the names of span events.
pub fn end<'a>(span: &Span<'a>) -> End<'a> {
    let status = span.number(&["http.response.status_code", "http.status_code"]);
    let status = status.filter(|code| (100.0..1000.0).contains(code)).map(|code| code as u16);
    let happened = |name: &str| span.events.iter().any(|event| event.name == name);
    let error = span.text(&["error.type"]).unwrap_or_default();
    // Old versions put the browser's message in the status text of a request without an answer.
    let text = span.text(&["http.status_text", "http.response.status_text"]);
    let failed = span.status == "error" || !error.is_empty();
    let told = span.text(&["rum.resource.outcome"]);
    let outcome = [Outcome::Ok, Outcome::HttpError, Outcome::NetworkError, Outcome::Timeout, Outcome::Abort]
        .into_iter()
        .find(|outcome| Some(outcome.name()) == told);
    let outcome = outcome.or(match status {
        Some(400..) => Some(Outcome::HttpError),
        Some(_) if !failed => Some(Outcome::Ok),
        _ if happened("abort") || error == "AbortError" => Some(Outcome::Abort),
        _ if happened("timeout") || error == "timeout" || error == "TimeoutError" => Some(Outcome::Timeout),
        None if failed || happened("error") || text.is_some() => Some(Outcome::NetworkError),
        _ => None,
    });
    let success = match outcome {
        // As docs/events.md has it: who gives up has not failed.
        Some(Outcome::Abort) => -1.0,
        _ if span.status == "error" => 0.0,
        Some(Outcome::Ok) => 1.0,
        // Our agent's status is what the application decided, whatever the outcome.
        Some(_) if told.is_some() => 1.0,
        Some(_) => 0.0,
        None => -1.0,
    };
    let message = [Some(span.message), span.text(&["rum.resource.message"]), text];
    End { status, success, outcome, message: message.into_iter().flatten().find(|text| !text.is_empty()) }
}

/// Phases in milliseconds: as our agent sends them, or between the moments that OpenTelemetry notes as span events
/// (PerformanceResourceTiming; docs/events.md has the differences). It notes no redirects.
pub fn phases(span: &Span<'_>) -> [Option<f64>; 6] {
    let at = |name: &str| {
        let event = span.events.iter().find(|event| event.name == name)?;
        event.time_unix_nano.parse::<i64>().ok()
    };
    // What did not happen is 0 in the browser's entry; a document's span notes that as a moment before all others.
    let between = |from: &str, to: &str| {
        let (from, to) = (at(from)?, at(to)?);
        let happened = at("fetchStart").is_none_or(|first| from >= first);
        (happened && to >= from).then(|| to.saturating_sub(from) as f64 / 1e6)
    };
    let measured = [
        None,
        between("domainLookupStart", "domainLookupEnd"),
        between("connectStart", "connectEnd"),
        between("secureConnectionStart", "connectEnd"),
        between("requestStart", "responseStart"),
        between("responseStart", "responseEnd"),
    ];
    let mut phases = std::array::from_fn(|at| {
        let (_, attribute) = PHASES.get(at)?.split_once(' ')?;
        span.number(&[attribute])
    });
    for (phase, measured) in phases.iter_mut().zip(measured) {
        *phase = phase.or(measured);
    }
    phases
}

/// The protocol as browsers name it.
pub fn protocol(span: &Span<'_>) -> Option<String> {
    let name = span.text(&["network.protocol.name"]);
    let version = span.text(&["network.protocol.version"])?;
    Some(match (name.unwrap_or("http"), version) {
        ("http", "2" | "2.0") => "h2".to_owned(),
        ("http", "3" | "3.0") => "h3".to_owned(),
        (name, version) => format!("{name}/{version}"),
    })
}
