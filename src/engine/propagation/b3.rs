//! B3: `b3: 0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1`, or the same in three headers,
//! `X-B3-TraceId`, `X-B3-SpanId` and `X-B3-Sampled: 1`. A browser's span is a root: it has no parent field.
//!
//! <https://github.com/openzipkin/b3-propagation>

use super::{Carrier, SpanContext};

/// The headers of both forms, in lower case, with a space between. The engine never writes the last two: a root has no parent, and
/// the flags are for debugging.
pub const HEADERS: &str = "b3 x-b3-traceid x-b3-spanid x-b3-sampled x-b3-parentspanid x-b3-flags";

/// Writes the single header.
pub fn inject_single(carrier: &mut Carrier, context: &SpanContext) {
    context.write(carrier.begin("b3"), b'-', "-");
}

/// Writes the several headers.
#[inline(never)]
pub fn inject_multi(carrier: &mut Carrier, context: &SpanContext) {
    carrier.begin("X-B3-TraceId").hex(&context.trace);
    carrier.begin("X-B3-SpanId").hex(&context.span);
    carrier.begin("X-B3-Sampled").ascii(context.flag());
}
