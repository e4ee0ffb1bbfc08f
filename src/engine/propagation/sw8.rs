//! SkyWalking, cross-process propagation v3: `sw8: 1-{trace}-{segment}-0-{service}-{instance}-{endpoint}-{peer}`.
//! The fields in braces are base64 of UTF-8. Trace and segment are our ids in hex, the others are names. Our span is
//! number 0, the only one of its segment. No field is empty, because receivers drop a context with an empty field.
//!
//! <https://skywalking.apache.org/docs/main/next/en/api/x-process-propagation-headers-v3/>

use super::{Carrier, SpanContext};
use crate::engine::text::Out;

/// The header.
pub const HEADER: &str = "sw8";
/// What SkyWalking's applications send beside it. The engine writes none.
pub const CORRELATION: &str = "sw8-correlation";

/// Who is calling, and whom.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The application.
    pub service: &'a str,
    /// Its version.
    pub instance: &'a str,
    /// The view that makes the request.
    pub endpoint: &'a str,
    /// Host and port of the request.
    pub peer: &'a str,
}

/// Longest service and instance, in code points (the protocol's own limits, here and below).
const MAX_NAME: usize = 50;
/// Longest endpoint.
const MAX_ENDPOINT: usize = 149;
/// Longest peer. With it the header stays below the protocol's 2 kB whatever the names are.
const MAX_PEER: usize = 200;
/// Stands for a name that the configuration does not give.
const UNKNOWN: &str = "unknown";

/// Writes `sw8`, always with the sampled flag: the caller leaves the header of an unsampled request out.
#[inline(never)]
pub fn inject(carrier: &mut Carrier, context: &SpanContext, names: &Names<'_>) {
    let (mut trace, mut span) = (Out::default(), Out::default());
    trace.hex(&context.trace);
    span.hex(&context.span);
    let out = carrier.begin(HEADER);
    field(out, "1-", trace.as_str(), MAX_NAME);
    field(out, "-", span.as_str(), MAX_NAME);
    field(out, "-0-", names.service, MAX_NAME);
    field(out, "-", names.instance, MAX_NAME);
    field(out, "-", names.endpoint, MAX_ENDPOINT);
    field(out, "-", names.peer, MAX_PEER);
}

/// Writes the first `max` code points of `text` in standard base64 with padding: the alphabet of base64url has a
/// dash, which would split the header.
#[inline(never)]
fn field(out: &mut Out, before: &str, text: &str, max: usize) {
    out.str(before);
    let text = if text.is_empty() { UNKNOWN } else { text };
    let (mut bits, mut pending, mut remaining) = (0, 0, max);
    let mut written = 0;
    for byte in text.bytes() {
        if byte & 0xc0 != 0x80 {
            if remaining == 0 {
                break;
            }
            remaining -= 1;
        }
        bits = bits << 8 | u32::from(byte);
        pending += 8;
        while pending >= 6 {
            pending -= 6;
            written += 1;
            out.ascii(digit(bits >> pending));
        }
    }
    if pending > 0 {
        written += 1;
        out.ascii(digit(bits << (6 - pending)));
    }
    while written % 4 != 0 {
        written += 1;
        out.ascii(b'=');
    }
}

/// The digit of the last six bits.
#[inline(never)]
fn digit(bits: u32) -> u8 {
    match bits as u8 & 63 {
        63 => b'/',
        62 => b'+',
        digit @ 52.. => b'0' + digit - 52,
        digit @ 26.. => b'a' + digit - 26,
        digit => b'A' + digit,
    }
}
