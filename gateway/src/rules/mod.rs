//! What an operator decides about single events and spans, in one TOML file (docs/gateway-rules.md): what is redacted,
//! renamed, dropped and sampled, and what agents with `remoteConfig` are told.
//!
//! ```text
//! text → file (its shape) → compile (regexes, bounds) → Rules ─ apply → an event or a span, changed or left out
//!                     └───── remote (the agent's own table of options) → Application
//! ```
//!
//! [`event`] and [`span`] show both kinds of input to the rules as one [`subject::Subject`]. [`live`] holds the rules of
//! this moment and reads the file anew on SIGHUP.

mod apply;
mod bad;
mod compile;
mod condition;
pub mod event;
mod explain;
mod file;
pub mod live;
pub mod remote;
pub mod span;
pub mod subject;

pub use apply::{Fate, LeftOut};
pub use bad::BadRules;
pub use compile::Rules;
pub use explain::explain;
pub use live::Live;
