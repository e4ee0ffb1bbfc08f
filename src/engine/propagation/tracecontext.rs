//! W3C Trace Context: `traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01` and
//! `tracestate: rum=v2&browser&shop&4c2f…`.
//!
//! <https://www.w3.org/TR/trace-context/>

use super::{Carrier, SpanContext};
use crate::engine::text::Out;

/// The header that carries the ids.
pub const TRACEPARENT: &str = "traceparent";
/// The header that carries our member, `rum`.
pub const TRACESTATE: &str = "tracestate";

/// Writes `traceparent`, version 00; the only flag is `sampled`.
pub fn traceparent(out: &mut Out, context: &SpanContext) {
    out.str("00-");
    out.hex(&context.trace);
    out.ascii(b'-');
    out.hex(&context.span);
    out.str(if context.sampled { "-01" } else { "-00" });
}

/// Writes `traceparent`.
pub fn inject(carrier: &mut Carrier, context: &SpanContext) {
    traceparent(carrier.begin(TRACEPARENT), context);
}

/// Begins `tracestate` with our member; its value is still to be written to what this returns.
pub fn state(carrier: &mut Carrier) -> &mut Out {
    let out = carrier.begin(TRACESTATE);
    out.str("rum=");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_both_headers() {
        let context = SpanContext { trace: [0x0a; 16], span: [0xb7; 8], sampled: true };
        let mut carrier = Carrier::default();
        inject(&mut carrier, &context);
        state(&mut carrier).str("v2&browser&shop&1");
        assert_eq!(
            carrier.headers().collect::<Vec<_>>(),
            [
                ("traceparent", "00-0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a-b7b7b7b7b7b7b7b7-01"),
                ("tracestate", "rum=v2&browser&shop&1"),
            ]
        );
    }

    #[test]
    fn the_flag_follows_the_decision() {
        let mut out = Out::default();
        traceparent(&mut out, &SpanContext { trace: [1; 16], span: [1; 8], sampled: false });
        assert!(out.as_str().ends_with("-00"));
    }
}
