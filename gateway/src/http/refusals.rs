//! Every refusal is counted by its kind, and the log says so: once a minute for each kind of clients' faults, and
//! every time for the gateway's own. No line holds anything that a client sent.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};

use super::{Gateway, problem::Refusal};

/// How long the log is silent about a kind.
const SILENCE: Duration = Duration::from_secs(60);

/// Refusals by kind. Kinds are words of this program, so there are few.
#[derive(Default)]
pub struct Refusals(Mutex<HashMap<&'static str, Kind>>);

#[derive(Default)]
struct Kind {
    count: u64,
    unsaid: u64,
    said: Option<Instant>,
}

impl Refusals {
    /// Counts one. Gives how many the log has not mentioned, if it is to speak now.
    pub(crate) fn add(&self, kind: &'static str) -> Option<u64> {
        let Ok(mut kinds) = self.0.lock() else { return None };
        let kind = kinds.entry(kind).or_default();
        kind.count += 1;
        kind.unsaid += 1;
        if kind.said.is_some_and(|said| said.elapsed() < SILENCE) {
            return None;
        }
        kind.said = Some(Instant::now());
        Some(std::mem::take(&mut kind.unsaid))
    }

    /// All kinds and how often each occurred.
    pub fn counts(&self) -> Vec<(&'static str, u64)> {
        let Ok(kinds) = self.0.lock() else { return Vec::new() };
        let mut counts: Vec<_> = kinds.iter().map(|(kind, state)| (*kind, state.count)).collect();
        counts.sort_unstable();
        counts
    }
}

/// Middleware around everything.
pub async fn watch(State(gateway): State<Gateway>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if let Some(Refusal { kind, message }) = response.extensions().get() {
        let (status, said) = (response.status().as_u16(), gateway.counters.refusals.add(kind));
        match (message, said) {
            // Too much at once says itself often, and not by a fault.
            (Some(reason), _) if *kind != "busy" => tracing::error!(kind, status, reason, "request failed"),
            (_, Some(count)) => tracing::warn!(kind, status, count, "requests refused"),
            (_, None) => {}
        }
    }
    response
}
