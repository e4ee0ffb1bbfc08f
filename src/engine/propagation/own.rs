//! The trace headers that an application sets itself: `name NUL value` pairs, NUL between all fields, names in lower case.
//! The application's headers stay as they are; these functions only read them. `NAMES` in
//! pkg-template/js/core/headers.js lists the same headers; tests/rules/own.rs compares the lists.

use super::carrier::Pairs;
use super::members::trim;
use super::{Propagators, b3, baggage, jaeger, sw8, tracecontext, tracestate};
use crate::engine::text::is_word_of;

/// The headers of each protocol, in lower case, with a space between. If the application sets one of them, the agent adds no
/// header of that protocol.
pub const HEADERS: [(&str, Propagators); 3] =
    [(b3::HEADERS, Propagators::ANY_B3), (jaeger::HEADER, Propagators::JAEGER), (sw8::HEADER, Propagators::SW8)];

/// The headers that stand for no protocol. Those of the W3C are judged by their values.
pub const OTHERS: [&str; 4] = [tracecontext::TRACEPARENT, tracestate::TRACESTATE, baggage::BAGGAGE, sw8::CORRELATION];

/// The value of the application's own header of this name; empty where there is none.
#[inline(never)]
pub fn value<'a>(own: &'a str, name: &str) -> &'a str {
    for (found, value) in Pairs(own) {
        if found == name {
            return trim(value);
        }
    }
    ""
}

/// The protocols of which the application set a header.
pub fn protocols(own: &str) -> Propagators {
    let mut found = Propagators::NONE;
    for (name, _) in Pairs(own) {
        for (headers, protocols) in HEADERS {
            if is_word_of(name, headers) {
                found = found.with(protocols);
            }
        }
    }
    found
}
