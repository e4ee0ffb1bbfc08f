//! Trace and span ids as fixed bytes. A value of these types is never all zero: W3C Trace Context and OTLP forbid that.

use std::fmt;

/// The 16 bytes that name a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 16]);

/// The 8 bytes that name a span within its trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 8]);

macro_rules! id {
    ($name:ident, $bytes:literal) => {
        impl $name {
            /// Reads the id from lower-case hex, the only form that goes over the wire in headers.
            pub fn from_hex(text: &str) -> Option<Self> {
                let text = text.as_bytes();
                if text.len() != $bytes * 2 {
                    return None;
                }
                let mut id = [0; $bytes];
                for (byte, pair) in id.iter_mut().zip(text.chunks_exact(2)) {
                    let &[high, low] = pair else { return None };
                    *byte = nibble(high)? << 4 | nibble(low)?;
                }
                Self::from_bytes(&id)
            }

            /// The bytes.
            pub fn bytes(self) -> [u8; $bytes] {
                self.0
            }

            /// Takes the id from bytes; `None` for a wrong length or all zeros.
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                let id: [u8; $bytes] = bytes.try_into().ok()?;
                (id != [0; $bytes]).then_some(Self(id))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut digits = [0; $bytes * 2];
                for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
                    pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
                }
                formatter.write_str(std::str::from_utf8(&digits).unwrap_or_default())
            }
        }
    };
}

id!(TraceId, 16);
id!(SpanId, 8);

impl TraceId {
    /// The last seven bytes, which W3C Trace Context (level 2) asks to be random.
    pub fn randomness(self) -> u64 {
        self.0.iter().skip(9).fold(0, |value, byte| value << 8 | u64::from(*byte))
    }
}

/// The lower-case hex digit of a value below 16.
fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'a' + value - 10 }
}

/// The value of one lower-case hex digit.
pub fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
