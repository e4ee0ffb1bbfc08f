//! The trace headers that an application sets itself: `name NUL value` pairs, NUL between all parts,
//! names in lower case. They are kept; these functions only look at them.

use super::Propagators;
use super::carrier::Pairs;
use super::members::trim;

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

/// The protocols of which the application set a header, W3C's apart.
pub fn protocols(own: &str) -> Propagators {
    let mut found = Propagators::NONE;
    for (name, _) in Pairs(own) {
        found = found.with(match name.as_bytes() {
            b"sw8" => Propagators::SW8,
            b"b3" | [b'x', ..] => Propagators::ANY_B3,
            [b'u', ..] => Propagators::JAEGER,
            _ => Propagators::NONE,
        });
    }
    found
}
