//! The phases of a request, as its browser measured them. Their names are those of the span's attributes, without the
//! prefix.

use serde::{Serialize, Serializer};
use tracebeam::engine::span::PHASES;

/// Parts of a request's duration in milliseconds, where the browser gives them, in the order of [`PHASES`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Phases(pub [Option<f64>; PHASES.len()]);

impl Phases {
    /// Those of an event that took `duration` milliseconds.
    pub fn new(phases: [Option<f64>; PHASES.len()], duration: f64) -> Self {
        // A phase that is negative or longer than the whole comes from a broken clock.
        Self(phases.map(|phase| phase.filter(|value| (0.0..=duration).contains(value))))
    }
}

impl Serialize for Phases {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(PHASES.iter().map(|name| name.trim_start_matches("rum.phase.")).zip(self.0))
    }
}
