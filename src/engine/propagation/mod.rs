//! Trace context on the wire: one format a file, all fed with the same ids.

mod carrier;
mod span_context;
pub mod tracecontext;

pub use carrier::Carrier;
pub use span_context::{Propagators, SpanContext};
