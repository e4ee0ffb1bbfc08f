//! What every format writes, and which formats a request gets.

use crate::engine::ids::{SpanId, TraceId};

/// What every format writes: the ids of one request and the decision about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanContext {
    /// Never all zero.
    pub trace: TraceId,
    /// Never all zero.
    pub span: SpanId,
    /// The same in every header and in the event.
    pub sampled: bool,
}

/// A set of protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Propagators(u8);

impl Propagators {
    /// W3C Trace Context.
    pub const TRACECONTEXT: Self = Self(1);

    /// Whether `other` is among these.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
