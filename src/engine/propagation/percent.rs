//! Percent-encoding, for values that may hold anything.

use crate::engine::text::{Out, is_one_of};

/// Punctuation that stands for itself: it means nothing in `tracestate`, in `baggage` nor in our member there.
const PLAIN: &[u8] = b"-_.~@:/";

/// Writes `text` in printable ASCII that `decodeURIComponent` reads back: letters, digits and [`PLAIN`] as
/// they are, of all else the UTF-8 bytes.
#[inline(never)]
pub fn encode(out: &mut Out, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || is_one_of(byte, PLAIN) {
            out.ascii(byte);
        } else {
            out.ascii(b'%');
            for nibble in [byte >> 4, byte & 15] {
                out.ascii(nibble + if nibble < 10 { b'0' } else { b'A' - 10 });
            }
        }
    }
}
