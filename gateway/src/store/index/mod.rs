//! What the store knows of its rows without asking SQLite: identity, age, size, and to whom they belong.

mod events;
mod keys;
mod resources;
mod share;
mod traces;

pub use events::{Event, Events};
pub use keys::{Key, Keys};
pub use resources::Resources;
pub use traces::{Dropped, Room, Span, Traces};

/// The whole index.
#[derive(Default)]
pub struct Index {
    /// Makes keys of texts.
    pub keys: Keys,
    /// RUM events.
    pub events: Events,
    /// Traces and their spans.
    pub traces: Traces,
    /// What spans share.
    pub resources: Resources,
}
