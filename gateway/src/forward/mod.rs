//! Passing spans on to where people's traces live: an OpenTelemetry Collector, or whatever speaks OTLP or Zipkin.
//!
//! ```text
//! rows ─ encode → spool (disk, synced) → 2xx to the sender
//!                   └→ courier → otlp_http | otlp_grpc | zipkin → Collector
//! ```
//!
//! A request is answered with success only after its spans are in the [`spool`]. The [`courier`] takes them from
//! there, and moves on only after the receiver has answered for them. So a span is never lost, and it arrives twice in
//! two cases only: the receiver took a batch and its answer was lost on the way, or the gateway died between that
//! answer and its note of it.
//!
//! Spans that a sender repeats are recognised by trace, id, start and service among the last ones that were taken.
//!
//! The spool does not look into what it holds: a record is a kind of signal and its bytes. Another signal needs an
//! encoder, a number in [`record::Signal`](spool::Signal) and a path at the receiver.

pub mod courier;
pub mod deliver;
pub mod encode;
mod handle;
mod otlp_grpc;
mod otlp_http;
pub mod settings;
pub mod spool;
mod stats;
mod target;
pub mod zipkin;

pub use handle::Forward;
pub use stats::Stats;
pub use target::{Protocol, Target};
