//! How a request ended: the engine's outcomes, read from what any agent says.

use serde::Serializer;
use tracebeam::engine::event::Outcome;

const ALL: [Outcome; 5] = [Outcome::Ok, Outcome::HttpError, Outcome::NetworkError, Outcome::Timeout, Outcome::Abort];

/// The agent's own word, or else what status and success say. `None` where nothing is known.
pub fn of(word: Option<&str>, status: Option<u16>, success: Option<i8>) -> Option<Outcome> {
    if let Some(known) = ALL.into_iter().find(|outcome| Some(outcome.name()) == word) {
        return Some(known);
    }
    match (status, success) {
        (Some(400..), _) => Some(Outcome::HttpError),
        (None, Some(0)) => Some(Outcome::NetworkError),
        (Some(_), Some(0)) => Some(Outcome::HttpError),
        (Some(_), _) | (None, Some(1)) => Some(Outcome::Ok),
        (None, _) => None,
    }
}

/// As it stands in the event; `null` where it is not known.
pub fn serialize<S: Serializer>(outcome: &Option<Outcome>, serializer: S) -> Result<S::Ok, S::Error> {
    match outcome {
        Some(outcome) => serializer.serialize_str(outcome.name()),
        None => serializer.serialize_none(),
    }
}
