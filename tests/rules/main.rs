//! The engine's rules as tables: configuration, URLs, headers, hints. The rows are in tests/testdata, each with its reason.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic, missing_docs)]

mod bounds;
mod configuration;
mod decode;
mod docs;
mod door;
mod fields;
mod formats;
mod hints;
mod host;
mod matching;
mod own;
mod properties;
mod remote;
mod revision;
mod sampling;
mod scene;
mod secrets;
#[path = "../tape/agent.rs"]
mod tape;
