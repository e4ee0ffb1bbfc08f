//! Bytes as printable ASCII, in the code that `pkg-template/js/load/decode.js` reads.
//!
//! The bytes that are frequent in wasm (small numbers, local.get, arithmetic) take one character, the others two. After
//! brotli that is 2 % more than the raw bytes; hex is 8 % more and base64 30 % (measured on our own module). The text is
//! ASCII, so the page's encoding does not matter, and has no `"`, `\` or `<`, so it is safe in a string of an inline script.

/// Number of characters that are used.
const BASE: u8 = 92;
/// The first of these begin a pair of characters.
const ESCAPES: u8 = 2;
/// Bytes below this, and the next `BASE - ESCAPES - LOW` from `HIGH` on, take one character.
const LOW: u8 = 68;
const HIGH: u8 = 99;
const HIGH_END: u8 = HIGH + BASE - ESCAPES - LOW;

pub fn text(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = (' '..='~').filter(|c| !matches!(c, '"' | '\\' | '<')).collect();
    let mut out = String::with_capacity(bytes.len() * 5 / 4);
    let mut digit = |value: u8| out.extend(alphabet.get(usize::from(value)));
    for &byte in bytes {
        if byte < LOW {
            digit(ESCAPES + byte);
        } else if (HIGH..HIGH_END).contains(&byte) {
            digit(ESCAPES + LOW + byte - HIGH);
        } else {
            let rank = if byte < HIGH { byte - LOW } else { byte - HIGH_END + HIGH - LOW };
            digit(rank / BASE);
            digit(rank % BASE);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_in_a_string_in_a_script() {
        let all: Vec<u8> = (0..=255).collect();
        let text = text(&all);
        assert!(text.bytes().all(|byte| (32..127).contains(&byte) && !b"\"\\<".contains(&byte)), "{text}");
    }
}
