//! Tracebeam's gateway: takes what browsers and backends report, and shows it as traces.
//!
//! Two kinds of input become one kind of row:
//!
//! ```text
//! POST /rum        bundle → records (clipped, redacted) → rules ┐             ┌→ spool → Collector
//! POST /v1/traces  OTLP protobuf or JSON ───────────────→ rules ┴→ span rows ─┴→ SQLite → /api, trace view
//! ```
//!
//! [`rum`] knows the bundle, [`otlp`] knows the protocol, [`rules`] knows what the operator decided, [`forward`] knows
//! receivers, [`store`] knows SQLite, and [`http`] knows status codes and joins them. [`configuration`] reads the settings.
//! Which attributes a request's span has is the agent's own knowledge, [`tracebeam::engine::span`].
//!
//! A request is answered with success only after the transaction that holds it is committed and the spool that holds it is
//! synced. A refused request leaves the store as it was.

pub mod budget;
pub mod cli;
pub mod configuration;
pub mod connections;
pub mod counters;
pub mod forward;
pub mod gzip;
pub mod http;
pub mod ids;
pub mod limits;
pub mod log;
pub mod otlp;
pub mod redact;
pub mod report;
pub mod rules;
pub mod rum;
pub mod server;
pub mod settings;
pub mod store;
pub mod time;
