//! What the tests share.
#![allow(dead_code, unused_imports, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod bundles;
mod gateway;
mod program;
mod tables;

pub use bundles::{SPAN, TRACE, bundle, event};
pub use gateway::{Gateway, NOW_MS, gzip, json_of, post, settings, with_origins};
pub use program::Program;
pub use tables::table;
