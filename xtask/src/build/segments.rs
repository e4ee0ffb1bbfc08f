//! The module's data in the JavaScript core. wasm2js writes it as base64, one call a segment, with a decoder of half a
//! kilobyte; most of it is text, and a plain string that is copied byte by byte weighs less, brotli included.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

const CALL: &str = "base64DecodeToExistingUint8Array(bufferView, ";

/// All segments as one, with the zeros between them.
#[derive(Debug, PartialEq, Eq)]
pub struct Data {
    at: usize,
    bytes: Vec<u8>,
}

/// Reads them out of wasm2js's output.
pub fn collect(raw: &str) -> Result<Data> {
    let mut data: Option<Data> = None;
    for call in raw.lines().filter_map(|line| line.trim_start().strip_prefix(CALL)) {
        let (at, rest) = call.split_once(", \"").context("a data segment of an unknown form")?;
        let bytes = decode(rest.strip_suffix("\");").context("a data segment that does not end")?)?;
        let at = at.parse().context("a data segment without an address")?;
        let data = data.get_or_insert(Data { at, bytes: Vec::new() });
        let gap = at.checked_sub(data.at + data.bytes.len()).context("data segments out of order")?;
        data.bytes.resize(data.bytes.len() + gap, 0);
        data.bytes.extend(bytes);
    }
    data.context("wasm2js's output has no data")
}

impl Data {
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

/// The characters that the text in the data leaves over: the first stands for a zero, the next for a one, and so on. Lengths
/// and addresses are full of those, and each would be an escape of two or four characters.
fn spare(bytes: &[u8]) -> String {
    (0..128).filter(|byte| is_plain(*byte) && !bytes.contains(byte)).take(32).map(char::from).collect()
}

/// A string with one character a byte. ASCII only, so that the page's encoding is no matter.
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

fn decode(text: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0);
    for char in text.trim_end_matches('=').bytes() {
        let value = match char {
            b'A'..=b'Z' => char - b'A',
            b'a'..=b'z' => char - b'a' + 26,
            b'0'..=b'9' => char - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => bail!("a data segment is not base64"),
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_become_one_with_zeros_between() {
        let raw = format!("  {CALL}1024, \"aGVsbG8=\");\n  {CALL}1032, \"/+8A\");\n");
        assert_eq!(collect(&raw).unwrap(), Data { at: 1024, bytes: b"hello\0\0\0\xff\xef\0".to_vec() });
        assert!(collect(&format!("{CALL}8, \"aGVsbG8=\");\n{CALL}9, \"AAAA\");")).is_err(), "they overlap");
        assert!(collect("").is_err());
    }

    #[test]
    fn every_byte_has_its_character() {
        assert_eq!(literal(b"a\"\\\n\0b\x001\x7f\xff<", ""), r#""a\x22\x5c\x0a\x00b\x001\x7f\xff\x3c""#);
        assert_eq!(literal(b"a\x02\0b\x01\x03", "!$%"), r#""a%!b$\x03""#);
    }

    #[test]
    fn what_the_text_leaves_over_stands_for_small_numbers() {
        assert_eq!(spare(b"ab !").get(..4), Some("#$%&"));
        assert_eq!(spare(&(0..=255).collect::<Vec<_>>()), "");
        assert_eq!(spare(&[]).len(), 32);
    }
}
