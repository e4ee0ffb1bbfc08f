//! W3C Trace Context, `traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01`.
//!
//! <https://www.w3.org/TR/trace-context/#traceparent-header>

use super::{Carrier, SpanContext};
use crate::engine::text::parse_hex;

/// The header that carries the ids.
pub const TRACEPARENT: &str = "traceparent";

/// The length of a header of version 00. Later versions may continue after a dash.
const LENGTH: usize = 55;
/// Where the three dashes stand.
const DASHES: [usize; 3] = [2, 35, 52];
/// The flag `sampled`: the caller has recorded its span.
const SAMPLED: u8 = 1;
/// The version that is forbidden.
const FORBIDDEN: u8 = 0xff;

/// Writes `traceparent`, version 00; the only flag is `sampled`.
pub fn inject(carrier: &mut Carrier, context: &SpanContext) {
    let out = carrier.begin(TRACEPARENT);
    out.str("00-");
    context.write(out, b'-', "-0");
}

/// Reads a header of any version except the forbidden `ff`; `None` if it is not valid.
#[inline(never)]
pub fn parse(value: &str) -> Option<SpanContext> {
    let bytes = value.as_bytes();
    let mut context = SpanContext { trace: [0; 16], span: [0; 8], sampled: false };
    let (mut version, mut flags) = ([0], [0]);
    let valid = DASHES.iter().all(|at| bytes.get(*at) == Some(&b'-'))
        && parse_hex(&mut version, value, 0)
        && parse_hex(&mut context.trace, value, 3)
        && parse_hex(&mut context.span, value, 36)
        && parse_hex(&mut flags, value, 53);
    context.sampled = flags[0] & SAMPLED != 0;
    let ends = match bytes.get(LENGTH) {
        None => true,
        Some(byte) => version[0] > 0 && *byte == b'-',
    };
    (valid && ends && version[0] != FORBIDDEN && context.trace != [0; 16] && context.span != [0; 8]).then_some(context)
}
