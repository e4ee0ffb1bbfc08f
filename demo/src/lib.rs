//! The demo's two backend services.
//!
//! `shop` serves the demo page and an API; each of its answers needs `inventory`. Both are
//! instrumented as any service would be, with the OpenTelemetry crates and W3C propagation, and
//! know nothing of Tracebeam: what joins the browser to them is the header alone.

pub mod cli;
pub mod client;
pub mod inventory;
pub mod pages;
pub mod received;
pub mod serve;
pub mod server_span;
pub mod shop;
pub mod telemetry;
