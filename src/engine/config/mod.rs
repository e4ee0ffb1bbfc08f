//! Configuration: relaxed at the door ([`raw`]), strict inside ([`settings`]), and between the two one
//! table of options ([`fields`]), each of which takes one kind of value ([`takes`], [`choices`], [`tracing`]).

mod choices;
mod fields;
mod raw;
mod settings;
mod takes;
mod tracing;

pub use choices::{Exporter, Storage, Unsampled};
pub use fields::{FIELDS, Field, Issue, NO_RULES, REMOTE, THREW, read};
pub use raw::RawValue;
pub use settings::{Config, Remote, Report, SessionConfig, Tracing};
