//! SkyWalking, cross-process propagation v3:
//! `sw8: 1-{trace}-{segment}-0-{service}-{instance}-{endpoint}-{peer}`, where the fields in braces are
//! base64 of UTF-8: trace and segment of our ids in hex, the rest of names. The browser's span is the
//! only one of its segment, number 0. No field is ever empty: receivers drop such a context.
//!
//! <https://skywalking.apache.org/docs/main/next/en/api/x-process-propagation-headers-v3/>

use super::{Carrier, SpanContext};
use crate::engine::text::{Out, until};

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

/// Writes `sw8`.
#[inline(never)]
pub fn inject(carrier: &mut Carrier, context: &SpanContext, names: &Names<'_>) {
    let mut ids = Out::default();
    context.write(&mut ids, b'-', "-");
    let (trace, rest) = until(ids.as_str(), b"-");
    let span = rest.get(1..17).unwrap_or("");
    let out = carrier.begin("sw8");
    out.ascii(context.flag());
    let fields = [
        (trace, MAX_NAME),
        (span, MAX_NAME),
        (names.service, MAX_NAME),
        (names.instance, MAX_NAME),
        (names.endpoint, MAX_ENDPOINT),
        (names.peer, MAX_PEER),
    ];
    for (at, (field, max)) in fields.into_iter().enumerate() {
        // The span's number stands between the segment and the service, plain.
        out.str(if at == 2 { "-0-" } else { "-" });
        base64(out, clip(if field.is_empty() { UNKNOWN } else { field }, max));
    }
}

/// The first `max` code points.
#[inline(never)]
fn clip(text: &str, max: usize) -> &str {
    let mut starts = text.bytes().enumerate().filter(|(_, byte)| byte & 0xc0 != 0x80);
    let end = starts.nth(max).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or("")
}

/// Standard base64 with padding: the alphabet of base64url has a dash, which would split the header.
#[inline(never)]
fn base64(out: &mut Out, text: &str) {
    for chunk in text.as_bytes().chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let sextet = (bits >> (18 - 6 * at)) as u8 & 63;
            out.ascii(match sextet {
                _ if at as usize > chunk.len() => b'=',
                0..=25 => b'A' + sextet,
                26..=51 => b'a' + sextet - 26,
                52..=61 => b'0' + sextet - 52,
                62 => b'+',
                _ => b'/',
            });
        }
    }
}
