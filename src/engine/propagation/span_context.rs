//! The ids that every format writes, and the set of formats that a request gets.

use crate::engine::ids::{SpanId, TraceId};
use crate::engine::text::Out;

/// What every format writes: the ids of one request and whether it is sampled.
/// It is aligned so that it is copied by words: `wasm2js` makes four statements of a word at an odd address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(4))]
pub struct SpanContext {
    /// Never all zero.
    pub trace: TraceId,
    /// Never all zero.
    pub span: SpanId,
    /// The same in every header and in the event.
    pub sampled: bool,
}

impl SpanContext {
    /// The digit for `sampled`, the same in every format.
    pub fn flag(&self) -> u8 {
        b'0' + u8::from(self.sampled)
    }

    /// Writes trace id, `between`, span id, `before_flag` and the flag; three formats consist of these.
    #[inline(never)]
    pub fn write(&self, out: &mut Out, between: u8, before_flag: &str) {
        out.hex(&self.trace);
        out.ascii(between);
        out.hex(&self.span);
        out.str(before_flag);
        out.ascii(self.flag());
    }
}

/// A set of protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Propagators(u8);

impl Propagators {
    /// The names of `propagatorTypes`, lowest bit first. There are no aliases.
    pub const NAMES: [&str; 5] = ["tracecontext", "b3", "b3multi", "jaeger", "sw8"];

    /// No protocol.
    pub const NONE: Self = Self(0);
    /// W3C Trace Context.
    pub const TRACECONTEXT: Self = Self(1);
    /// B3 in one header.
    pub const B3: Self = Self(2);
    /// B3 in several headers.
    pub const B3MULTI: Self = Self(4);
    /// Jaeger's `uber-trace-id`.
    pub const JAEGER: Self = Self(8);
    /// SkyWalking's `sw8`, version 3.
    pub const SW8: Self = Self(16);
    /// Both forms of B3: their receivers read either.
    pub const ANY_B3: Self = Self(6);

    /// The protocol of this name; none for any other.
    pub fn named(name: &str) -> Self {
        Self::NAMES.iter().position(|known| *known == name).map_or(Self::NONE, |at| Self(1 << at))
    }

    /// Whether any of `others` is among these.
    pub fn has(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// These and `others`.
    pub fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// These without `others`.
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// If `sw8` is among several, it is used alone.
    pub fn settled(self) -> Self {
        if self.has(Self::SW8) { Self::SW8 } else { self }
    }
}
