//! Writes the module's bytes as a JavaScript string, in the code that `pkg-template/js/core/instance.js` reads.
//!
//! One character for each of the bytes that wasm is full of (small numbers, local.get, arithmetic), two for the rest.
//! That costs 2 % over the raw bytes after brotli, where hex costs 8 % and base64 30 % (measured on our own module).
//! Pure ASCII, so the page's encoding is no matter, and no `"`, `\` or `<`: safe in a string and in an inline script.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Build;
use crate::stamp::{self, Inputs};

/// Number of characters that are used, and so the base of a two-character code.
const BASE: usize = 92;
/// The first characters announce a second one.
const ESCAPES: usize = 2;
/// Bytes below this, and the next `BASE - ESCAPES - LOW` from `HIGH` on, take one character.
const LOW: usize = 70;
const HIGH: usize = 104;

/// Writes `export default "…"`.
pub fn make(build: &Build, wasm: &Path, bytes_js: &Path) -> Result<bool> {
    let stamp = Inputs::new().file(wasm)?.stamp(build.work().join("stamps/embed"));
    if stamp.is_fresh(&[bytes_js]) {
        return Ok(false);
    }
    stamp::write(bytes_js, format!("export default \"{}\";\n", text(&fs::read(wasm)?)))?;
    stamp.write()?;
    Ok(true)
}

/// The bytes as text.
pub fn text(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = (' '..='~').filter(|c| !matches!(c, '"' | '\\' | '<')).collect();
    let high_end = HIGH + BASE - ESCAPES - LOW;
    let mut out = String::with_capacity(bytes.len() * 5 / 4);
    let mut digit = |value: usize| out.extend(alphabet.get(value));
    for byte in bytes.iter().map(|byte| usize::from(*byte)) {
        if byte < LOW {
            digit(ESCAPES + byte);
        } else if (HIGH..high_end).contains(&byte) {
            digit(ESCAPES + LOW + byte - HIGH);
        } else {
            let rank = if byte < HIGH { byte - LOW } else { byte - high_end + (HIGH - LOW) };
            digit(rank / BASE);
            digit(rank % BASE);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What instance.js does, line by line.
    fn decode(text: &str) -> Vec<u8> {
        let mut codes = text.bytes().map(|byte| {
            let code = i32::from(byte) - 32;
            code - i32::from(code > 2) - i32::from(code > 28) - i32::from(code > 60)
        });
        let mut bytes = Vec::new();
        while let Some(digit) = codes.next() {
            bytes.push(match digit {
                0 | 1 => {
                    let rank = digit * 92 + codes.next().unwrap_or(0);
                    if rank < 34 { rank + 70 } else { rank + 90 }
                }
                2..72 => digit - 2,
                _ => digit + 32,
            } as u8);
        }
        bytes
    }

    #[test]
    fn every_byte_comes_back() {
        let bytes: Vec<u8> = (0..=255).chain((0..=255).rev()).collect();
        let text = text(&bytes);
        assert!(text.bytes().all(|byte| (32..127).contains(&byte) && !b"\"\\<".contains(&byte)));
        assert_eq!(decode(&text), bytes);
    }
}
