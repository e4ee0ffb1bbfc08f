//! The trace that a response names in its Server-Timing header:
//! `traceparent;desc="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"`, or Dynatrace's
//! `dtTrId;desc="2fdcef91d451fdffd6e5e36abc6bb609"`, `dtSInfo;desc="0"`, `dtRpid;desc="-609157671"`.
//!
//! Anybody on the way can write this header: only digits are ever taken over.

use crate::engine::event::{ServerTiming, ServerTimingHint};
use crate::engine::text::cut;

/// Longest number of Dynatrace's that is taken over.
const MAX_NUMBER: usize = 20;

/// What `metrics` say: the values of `traceparent`, `dtTrId`, `dtSInfo` and `dtRpid`, the first of each,
/// NUL between; nothing at all where there is no header, or none for us. `sent`: the trace that our
/// headers named, empty where none did.
pub fn server_timing<'a>(metrics: &'a str, sent: &str) -> ServerTiming<'a> {
    let mut found = ServerTiming::default();
    if metrics.is_empty() {
        return found;
    }
    let (parent, rest) = cut(metrics, 0);
    let (id, rest) = cut(rest.unwrap_or(""), 0);
    let (sampling, response) = cut(rest.unwrap_or(""), 0);
    found.sampling = number(sampling);
    found.response = number(response.unwrap_or(""));
    found.trace = trace_of(parent);
    if found.trace.is_empty() {
        found.trace = hex(id, 0, 32);
    }
    found.hint = match (found.trace.is_empty(), parent.len() + id.len()) {
        (true, 0) => ServerTimingHint::NoTraceInfo,
        (true, _) => ServerTimingHint::Invalid,
        _ if sent.is_empty() || sent == found.trace => ServerTimingHint::Received,
        _ => ServerTimingHint::Mismatch,
    };
    found
}

/// The `length` digits of lower-case hex at `at`, where what follows ends or goes on with a dash; not
/// all zero. Nothing otherwise.
#[inline(never)]
fn hex(text: &str, at: usize, length: usize) -> &str {
    let part = text.get(at..at + length).unwrap_or("");
    let valid = part.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        && part.bytes().any(|byte| byte != b'0')
        && matches!(text.as_bytes().get(at + length), None | Some(b'-'));
    if valid { part } else { "" }
}

/// Version 00 only: a server that speaks a later one still has to answer in a form that we know.
fn trace_of(parent: &str) -> &str {
    let valid = parent.len() == 55 && parent.as_bytes().starts_with(b"00-") && !hex(parent, 36, 16).is_empty();
    if valid { hex(parent, 3, 32) } else { "" }
}

/// Digits with perhaps a sign; nothing otherwise.
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
        for (parent, id, sent, hint, trace, reason) in [
            ("", "", "", NoTraceInfo, "", "other things"),
            (PARENT, "", "", Received, A, ""),
            (PARENT, "", A, Received, A, "our own"),
            (PARENT, "", "1", Mismatch, A, "another"),
            ("", A, "", Received, A, "Dynatrace"),
            (&upper, "", "", Invalid, "", "upper case is not traceparent"),
            ("x", A, "", Received, A, "the valid one"),
            ("", "00000000000000000000000000000000", "", Invalid, "", "all zero"),
            (&PARENT[..54], "", "", Invalid, "", "cut short"),
            ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03", "", "", Received, A, "random flag"),
            ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "", "", Invalid, "", "no span"),
            ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "", "", Invalid, "", "another version"),
        ] {
            let text = format!("{parent}\0{id}\0\0");
            let found = server_timing(&text, sent);
            assert_eq!((found.hint, found.trace), (hint, trace), "{reason}");
        }
        assert_eq!(server_timing("", "").hint, NotAvailable);
    }

    #[test]
    fn dynatrace_numbers_are_numbers() {
        let found = server_timing("\0\0\x30\0-609157671", "");
        assert_eq!((found.sampling, found.response, found.hint), ("0", "-609157671", NoTraceInfo));
        let found = server_timing("\0\0<b>\x009999999999999999999999", "");
        assert_eq!((found.sampling, found.response), ("", ""));
    }
}
