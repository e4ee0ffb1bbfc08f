//! Tracebeam's gateway: takes what browsers and backends report, and shows it as traces.
//!
//! Two kinds of input become one kind of row:
//!
//! ```text
//! POST /rum        bundle → records (clipped, redacted) → plain spans → OTLP ┐
//! POST /v1/traces  OTLP protobuf or JSON ────────────────────────────────────┴→ span rows → SQLite → /api, trace view
//! ```
//!
//! [`rum`] knows the bundle, [`otlp`] knows the protocol, [`store`] knows SQLite and [`http`]
//! knows status codes; none of them knows the other three except `http`, which joins them.
//! A request is answered with success only after its one transaction is committed, and a refused
//! request leaves the store as it was.

pub mod cli;
pub mod counters;
pub mod http;
pub mod ids;
pub mod limits;
pub mod otlp;
pub mod rum;
pub mod server;
pub mod span;
pub mod store;
