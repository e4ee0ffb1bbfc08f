//! Small pieces for text: a byte buffer to write to, and searches for one ASCII byte.
//!
//! `core::fmt`, `char` encoding and the standard library's pattern searches would each cost kilobytes
//! of wasm. Functions here are deliberately not inlined: many callers, one copy (ARCHITECTURE.md).

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Text under construction. A `String`, because bytes would have to be checked again to become text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Out(String);

impl Out {
    /// An empty buffer.
    pub const fn new() -> Self {
        Self(String::new())
    }

    /// The text so far.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Empties the buffer and keeps its memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps the first `len` bytes, which end a character.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Appends a string.
    #[inline(never)]
    pub fn str(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Appends what another buffer holds.
    pub fn out(&mut self, other: &Out) {
        self.str(&other.0);
    }

    /// Appends one ASCII character.
    #[inline(never)]
    #[allow(clippy::disallowed_macros, reason = "a debug assertion is for native tests, and is not in the release")]
    pub fn ascii(&mut self, byte: u8) {
        debug_assert!(byte.is_ascii());
        // The mask is for the compiler: it drops the code for all other characters.
        self.0.push(char::from(byte & 127));
    }

    /// Appends `bytes` in lower-case hexadecimal.
    #[inline(never)]
    pub fn hex(&mut self, bytes: &[u8]) {
        for byte in bytes {
            for nibble in [byte >> 4, byte & 15] {
                self.ascii(HEX.get(nibble as usize).copied().unwrap_or(b'0'));
            }
        }
    }

    /// Appends `value` as a JSON string.
    #[inline(never)]
    pub fn json(&mut self, value: &str) {
        self.ascii(b'"');
        let mut plain = 0;
        for (at, byte) in value.bytes().enumerate() {
            let escape = byte == b'"' || byte == b'\\';
            if escape || byte < b' ' {
                self.str(part(value, plain, at));
                plain = at + 1;
                if escape {
                    self.ascii(b'\\');
                    self.ascii(byte);
                } else {
                    self.str("\\u00");
                    self.hex(&[byte]);
                }
            }
        }
        self.str(from(value, plain));
        self.ascii(b'"');
    }

    /// Appends `value` in decimal.
    #[inline(never)]
    pub fn u32(&mut self, value: u32) {
        if value >= 10 {
            self.u32(value / 10);
        }
        self.ascii(b'0' + (value % 10) as u8);
    }

    /// Appends `value` with at most three decimals and no trailing zeros: milliseconds to the
    /// microsecond. Negative and unknown values give `0`; `value` lies below 2^43.
    #[inline(never)]
    pub fn decimal(&mut self, value: f64) {
        let micros = if value > 0.0 { (value * 1000.0 + 0.5).floor() } else { 0.0 };
        // Parts of at most nine digits: `u32` arithmetic is all that every target has for free.
        let seconds = (micros / 1e6).floor();
        let rest = (micros - seconds * 1e6) as u32;
        if seconds > 0.0 {
            self.u32(seconds as u32);
            self.digits(rest / 1000, 100);
        } else {
            self.u32(rest / 1000);
        }
        let mut rest = rest % 1000;
        let mut unit = 100;
        if rest > 0 {
            self.ascii(b'.');
        }
        while rest > 0 {
            self.ascii(b'0' + (rest / unit) as u8);
            rest %= unit;
            unit /= 10;
        }
    }

    /// Appends `ms` milliseconds as whole nanoseconds, in two parts, because the product would lose the last digits.
    pub fn nanos(&mut self, ms: f64) {
        let ms = ms.max(0.0);
        let whole = ms.floor();
        self.decimal(whole);
        self.digits((((ms - whole) * 1e6 + 0.5) as u32).min(999_999), 100_000);
    }

    fn digits(&mut self, value: u32, mut unit: u32) {
        while unit > 0 {
            self.ascii(b'0' + (value / unit % 10) as u8);
            unit /= 10;
        }
    }
}

/// The number that `text` writes in plain decimals, as JavaScript writes numbers between 1e-6 and 1e21. A number nearer to
/// zero gives zero; a larger one, and a text that is no number, give NaN.
#[inline(never)]
pub fn parse_number(text: &str) -> f64 {
    let (mut value, mut unit) = (0.0, 0.0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                value = value * 10.0 + f64::from(byte - b'0');
                unit *= 10.0;
            }
            b'.' => unit = 1.0,
            b'-' if unit == 0.0 && value == 0.0 => {}
            b'e' => unit = f64::INFINITY,
            b'-' => break,
            _ => return f64::NAN,
        }
    }
    let value = if unit > 0.0 { value / unit } else { value };
    if text.starts_with('-') { -value } else { value }
}

/// Reads the lower-case hex at `at`; `false` where there is none.
#[inline(never)]
pub fn parse_hex(into: &mut [u8], text: &str, at: usize) -> bool {
    let mut digits = from(text, at).bytes();
    for byte in into {
        for _ in 0..2 {
            let nibble = match digits.next() {
                Some(digit @ b'0'..=b'9') => digit - b'0',
                Some(digit @ b'a'..=b'f') => digit - b'a' + 10,
                _ => return false,
            };
            *byte = *byte << 4 | nibble;
        }
    }
    true
}

/// The number of characters, as code points.
#[inline(never)]
pub fn characters(text: &str) -> usize {
    text.bytes().filter(|byte| byte & 0xc0 != 0x80).count()
}

/// The text from byte `start` up to `end`; empty if one of them is inside a character. A slice expression repeats 60 bytes of code
/// for that check; here they stand once.
#[inline(never)]
pub fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or("")
}

/// The text from `start` on.
pub fn from(text: &str, start: usize) -> &str {
    part(text, start, text.len())
}

/// The text before the first `byte`, which is ASCII, and the text after it; the whole text and `None` without one.
#[inline(never)]
pub fn cut(text: &str, byte: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|b| b == byte) {
        Some(at) => (part(text, 0, at), Some(from(text, at + 1))),
        None => (text, None),
    }
}

/// Removes the text before the first `end` from `rest`, and the `end` itself. Removes all if there is no `end`.
#[inline(never)]
pub fn next_part<'a>(rest: &mut &'a str, end: u8) -> &'a str {
    let (part, after) = cut(rest, end);
    *rest = after.unwrap_or("");
    part
}

/// Whether `word`, in upper or lower case, is among `words`, which are separated by spaces.
#[inline(never)]
pub fn is_word_of(word: &str, words: &str) -> bool {
    let mut rest = Some(words);
    while let Some(text) = rest {
        let (one, next) = cut(text, b' ');
        if one.eq_ignore_ascii_case(word) {
            return true;
        }
        rest = next;
    }
    false
}

/// Whether `byte` is among these. The standard library's `contains` is more code, because it is made for long lists.
#[inline(never)]
#[allow(clippy::manual_contains, reason = "300 bytes of wasm")]
pub fn is_one_of(byte: u8, these: &[u8]) -> bool {
    these.iter().any(|one| *one == byte)
}

/// Splits before the first of `stops`, which are ASCII; the second part begins with it or is empty.
#[inline(never)]
pub fn until<'a>(text: &'a str, stops: &[u8]) -> (&'a str, &'a str) {
    let at = text.bytes().position(|byte| is_one_of(byte, stops)).unwrap_or(text.len());
    (part(text, 0, at), from(text, at))
}

#[cfg(test)]
mod tests;
