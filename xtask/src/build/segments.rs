//! The module's data in the JavaScript core. wasm2js writes it as base64, one call a segment, with a decoder of half a
//! kilobyte. Most of the data is text: a plain string that is copied byte by byte weighs less, also after brotli.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};
use wasmparser::{DataKind, Operator, Parser, Payload};

/// All segments as one, with the zeros between them.
#[derive(Debug, PartialEq, Eq)]
pub struct Data {
    at: usize,
    bytes: Vec<u8>,
}

impl Data {
    /// Reads the data of a module.
    pub fn of(module: &[u8]) -> Result<Self> {
        let mut segments = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            if let Payload::DataSection(section) = payload? {
                for segment in section {
                    let segment = segment?;
                    let DataKind::Active { memory_index: 0, offset_expr } = segment.kind else {
                        bail!("a data segment that the module does not place in its memory");
                    };
                    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else {
                        bail!("a data segment at an address that is not constant");
                    };
                    segments.push((usize::try_from(value)?, segment.data));
                }
            }
        }
        Self::join(&segments)
    }

    fn join(segments: &[(usize, &[u8])]) -> Result<Self> {
        let (at, _) = *segments.first().context("the module has no data")?;
        let mut bytes = Vec::new();
        for (start, segment) in segments {
            let gap = start.checked_sub(at + bytes.len()).context("data segments out of order")?;
            bytes.resize(bytes.len() + gap, 0);
            bytes.extend_from_slice(segment);
        }
        Ok(Self { at, bytes })
    }

    /// The statements that put the data into a fresh memory.
    pub fn filling(&self) -> String {
        let Self { at, bytes } = self;
        let low = spare(bytes);
        let data = literal(bytes, &low);
        format!(
            " var data = {data}, low = \"{low}\";\n for (var at = 0; at < data.length; at++) {{ var byte = low.indexOf(data.charAt(at)); \
             HEAPU8[at + {at}] = byte < 0 ? data.charCodeAt(at) : byte; }}\n"
        )
    }
}

/// Whether a character stands for itself in a string, and in an inline script.
fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'<')
}

/// The plain characters that the data does not use: the first stands for a zero, the next for a one, and so on. Lengths and
/// addresses are full of small numbers, each of which would be an escape of two or four characters.
fn spare(bytes: &[u8]) -> String {
    (0..128).filter(|byte| is_plain(*byte) && !bytes.contains(byte)).take(32).map(char::from).collect()
}

/// A string with one character a byte. It is ASCII, so the page's encoding does not matter.
fn literal(bytes: &[u8], low: &str) -> String {
    let mut out = "\"".to_owned();
    for byte in bytes {
        if let Some(char) = low.chars().nth(usize::from(*byte)) {
            out.push(char);
        } else if is_plain(*byte) {
            out.push(char::from(*byte));
        } else {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_become_one_with_zeros_between() {
        let joined = Data::join(&[(1024, b"hello"), (1031, b"\xff\0")]).unwrap();
        assert_eq!(joined, Data { at: 1024, bytes: b"hello\0\0\xff\0".to_vec() });
        assert!(Data::join(&[(8, b"hello"), (9, b"a")]).is_err(), "they overlap");
        assert!(Data::join(&[]).is_err());
    }

    #[test]
    fn data_without_a_constant_place_is_refused() {
        let module = |data: &[u8]| [b"\0asm\x01\0\0\0\x0b", &[data.len() as u8][..], data].concat();
        // One segment: memory 0, i32.const 8, end, "hi".
        let active = module(b"\x01\x00\x41\x08\x0b\x02hi");
        assert_eq!(Data::of(&active).unwrap(), Data { at: 8, bytes: b"hi".to_vec() });
        assert!(Data::of(&module(b"\x01\x01\x02hi")).is_err(), "passive");
        assert!(Data::of(&module(b"\x01\x00\x23\x00\x0b\x02hi")).is_err(), "at a global's value");
        assert!(Data::of(b"\0asm\x01\0\0\0").is_err(), "none");
    }

    #[test]
    fn every_byte_has_its_character() {
        assert_eq!(literal(b"a\"\\\n\0b\x001\x7f\xff<", ""), r#""a\x22\x5c\x0a\x00b\x001\x7f\xff\x3c""#);
        assert_eq!(literal(b"a\x02\0b\x01\x03", "!$%"), r#""a%!b$\x03""#);
    }

    #[test]
    fn characters_that_the_data_does_not_use_stand_for_small_numbers() {
        assert_eq!(spare(b"ab !").get(..4), Some("#$%&"));
        assert_eq!(spare(&(0..=255).collect::<Vec<_>>()), "");
        assert_eq!(spare(&[]).len(), 32);
    }
}
