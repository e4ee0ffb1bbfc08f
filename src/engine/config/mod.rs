//! Configuration: relaxed at the door ([`raw`]), strict inside ([`settings`]), one table between ([`fields`]).

mod fields;
mod raw;
mod settings;

pub use fields::{FIELDS, Field, Issue, read};
pub use raw::RawValue;
pub use settings::{Config, Report, Tracing};
