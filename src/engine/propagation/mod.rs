//! Trace context on the wire: one file per format. All formats write the same ids.

pub mod b3;
pub mod baggage;
mod carrier;
pub mod jaeger;
mod members;
pub mod own;
mod percent;
mod span_context;
pub mod sw8;
pub mod tracecontext;
pub mod tracestate;

pub use carrier::Carrier;
pub use span_context::{Propagators, SpanContext};
