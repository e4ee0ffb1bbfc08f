//! Passing spans on to where people's traces live: an OpenTelemetry Collector, or whatever speaks OTLP or Zipkin.

pub mod settings;
mod target;

pub use target::{Protocol, Target};
