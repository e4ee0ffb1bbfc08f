//! The trace headers that an application sets itself: `name NUL value` pairs, NUL between all fields, names in lower case.
//! The application's headers stay as they are; these functions only read them. `NAMES` in
//! pkg-template/js/core/headers.js lists the same headers; tests/rules/own.rs compares the lists.

use super::carrier::Pairs;
use super::members::trim;
use super::{Propagators, b3, baggage, jaeger, sw8, tracecontext, tracestate};
use crate::engine::text::is_word_of;

/// The headers that stand for protocols, in lower case, with a space between: where the application sets one, the agent
/// adds no header of these protocols.
pub const HEADERS: [(&str, Propagators); 3] =
    [(b3::HEADERS, Propagators::ANY_B3), (jaeger::HEADER, Propagators::JAEGER), (sw8::HEADER, Propagators::SW8)];

/// The headers that stand for none: what W3C's mean is decided by their values.
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
