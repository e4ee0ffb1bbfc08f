//! Real User Monitoring for front ends written in Rust.
#![doc = include_str!("../README.md")]
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "what only the agent reads has no reader on a server")
)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod agent;
mod config;
mod evaluation;
mod event;
mod issue;
mod trace_context;

#[cfg(feature = "tracing")]
pub mod layer;

// Only a page has an agent: elsewhere the same functions do nothing.
#[cfg_attr(not(target_arch = "wasm32"), path = "nowhere.rs")]
mod page;

pub use agent::{Tracebeam, init};
pub use config::{
    AllowedUrl, Config, Exporter, Filters, Members, Propagator, RemoteConfig, ReportConfig, Rule, Scalar,
    SessionConfig, Storage, Tracing, Unsampled,
};
pub use evaluation::{ApiCall, Evaluation};
pub use event::Event;
pub use issue::Issue;
pub use trace_context::TraceContext;

/// The code of the guide compiles.
#[cfg(all(doctest, feature = "tracing"))]
#[doc = include_str!("../../docs/rust.md")]
struct Guide;
