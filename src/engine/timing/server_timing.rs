//! The trace that a response names in its Server-Timing header:
//! `traceparent;desc="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"`, or Dynatrace's
//! `dtTrId;desc="2fdcef91d451fdffd6e5e36abc6bb609"`, `dtSInfo;desc="0"`, `dtRpid;desc="-609157671"`.
//!
//! Any server or proxy can write this header, so only digits are read from it.

use crate::engine::event::{ServerTiming, ServerTimingHint};
use crate::engine::propagation::{SpanContext, tracecontext};
use crate::engine::text::{cut, parse_hex};

/// The longest number of Dynatrace's that is accepted.
const MAX_NUMBER: usize = 20;

/// Reads `metrics`: the first values of `traceparent`, `dtTrId`, `dtSInfo` and `dtRpid`, NUL between; empty if the page may read no
/// header. `sent`: the ids in our headers.
pub fn server_timing<'a>(metrics: &'a str, sent: Option<&SpanContext>) -> ServerTiming<'a> {
    let mut found = ServerTiming::default();
    if metrics.is_empty() {
        return found;
    }
    let (parent, rest) = cut(metrics, 0);
    let (id, rest) = cut(rest.unwrap_or(""), 0);
    let (sampling, response) = cut(rest.unwrap_or(""), 0);
    found.sampling = number(sampling);
    found.response = number(response.unwrap_or(""));
    let mut trace = [0; 16];
    if let Some(context) = tracecontext::parse(parent) {
        trace = context.trace;
    } else if id.len() != 32 || !parse_hex(&mut trace, id, 0) || trace == [0; 16] {
        let silent = parent.is_empty() && id.is_empty();
        found.hint = if silent { ServerTimingHint::NoTraceInfo } else { ServerTimingHint::Invalid };
        return found;
    }
    found.trace.hex(&trace);
    found.hint = if sent.is_some_and(|sent| sent.trace != trace) {
        ServerTimingHint::Mismatch
    } else {
        ServerTimingHint::Received
    };
    found
}

/// Digits, perhaps with a sign; empty for anything else.
#[inline(never)]
fn number(text: &str) -> &str {
    let valid = text.len() < MAX_NUMBER && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if valid { text } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ServerTimingHint::{Invalid, Mismatch, NoTraceInfo, NotAvailable, Received};

    const A: &str = "0af7651916cd43dd8448eb211c80319c";
    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn one_trace_strictly_read() {
        let upper = PARENT.to_uppercase();
        let other = PARENT.replace("0af", "1af");
        for (parent, id, sent, hint, trace, reason) in [
            ("", "", "", NoTraceInfo, "", "other things"),
            (PARENT, "", "", Received, A, ""),
            (PARENT, "", PARENT, Received, A, "our own"),
            (PARENT, "", &other, Mismatch, A, "another"),
            ("", A, "", Received, A, "Dynatrace"),
            (&upper, "", "", Invalid, "", "upper case is not traceparent"),
            ("x", A, "", Received, A, "the valid one"),
            ("", &A[..31], "", Invalid, "", "an id that is too short"),
            ("", &format!("{A}0"), "", Invalid, "", "an id that is too long"),
            ("", "00000000000000000000000000000000", "", Invalid, "", "all zero"),
            (&PARENT[..54], "", "", Invalid, "", "cut short"),
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", "", "", Received, A, "random flag"),
            ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "", "", Invalid, "", "no span"),
            ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "", "", Invalid, "", "another version"),
        ] {
            let text = format!("{parent}\0{id}\0\0");
            let found = server_timing(&text, tracecontext::parse(sent).as_ref());
            assert_eq!((found.hint, found.trace.as_str()), (hint, trace), "{reason}");
        }
        assert_eq!(server_timing("", None).hint, NotAvailable);
    }

    #[test]
    fn dynatrace_numbers_are_numbers() {
        let found = server_timing("\0\0\x30\0-609157671", None);
        assert_eq!((found.sampling, found.response, found.hint), ("0", "-609157671", NoTraceInfo));
        let found = server_timing("\0\0<b>\x009999999999999999999999", None);
        assert_eq!((found.sampling, found.response), ("", ""));
        let found = server_timing("\0\x001234567890123456789\x0012345678901234567890", None);
        assert_eq!((found.sampling, found.response), ("1234567890123456789", ""), "nineteen digits at most");
    }
}
