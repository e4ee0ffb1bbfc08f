//! A configuration as the host read it: plain data, nothing in it trusted.

use crate::engine::text::{cut, parse_whole};

/// One value of the page's configuration.
#[derive(Debug, Clone, PartialEq)]
pub enum RawValue {
    /// `undefined` or `null`: as if the key were not there.
    Absent,
    /// A value that no option takes (a symbol, a getter that threw, too deep, too long).
    Unusable,
    /// `true` or `false`.
    Bool(bool),
    /// A finite number, to six decimals.
    Number(f64),
    /// A string.
    Text(String),
    /// A function or a RegExp that stays with the host, under this index.
    Host(u32),
    /// An array.
    List(Vec<RawValue>),
    /// An object's own enumerable properties.
    Map(Vec<(String, RawValue)>),
}

/// Numbers cross as whole millionths: no float is parsed inside the wasm.
const NUMBER_SCALE: f64 = 1e6;
/// Deeper values are unusable; the host stops earlier, this is the engine's own guard.
const MAX_DEPTH: u32 = 16;

impl RawValue {
    /// Reads the host's token stream: tokens separated by NUL, the first character of each its tag.
    /// `n` absent, `t` and `f`, `#` number in millionths, `-` negative number, `"` string, `h` host value,
    /// `[` and `{` with the number of elements or pairs that follow; anything else is unusable.
    pub fn parse(text: &str) -> Self {
        value(&mut Tokens(Some(text)), MAX_DEPTH).unwrap_or(Self::Absent)
    }

    /// The value under `key` of a map; absent where there is none.
    pub fn get(&self, key: &str) -> &RawValue {
        match self {
            Self::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map_or(&Self::Absent, |(_, value)| value),
            _ => &Self::Absent,
        }
    }
}

/// What is left of the stream.
struct Tokens<'a>(Option<&'a str>);

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (token, rest) = cut(self.0?, 0);
        self.0 = rest;
        Some(token)
    }
}

/// The next value; `None` at the end of the stream, whatever the counts before it promised.
fn value(tokens: &mut Tokens<'_>, depth: u32) -> Option<RawValue> {
    let token = tokens.next()?;
    let tag = token.bytes().next();
    let rest = token.get(1..).unwrap_or("");
    let count = parse_whole(rest);
    let whole = count.unwrap_or(0.0);
    Some(match tag {
        Some(b'n') => RawValue::Absent,
        Some(b't') => RawValue::Bool(true),
        Some(b'f') => RawValue::Bool(false),
        Some(b'"') => RawValue::Text(rest.to_owned()),
        Some(b'#') if count.is_some() => RawValue::Number(whole / NUMBER_SCALE),
        Some(b'-') if count.is_some() => RawValue::Number(-whole / NUMBER_SCALE),
        Some(b'h') if count.is_some() => RawValue::Host(whole as u32),
        Some(b'[') if depth > 0 => {
            let mut list = Vec::new();
            for _ in 0..whole as u32 {
                let Some(item) = value(tokens, depth - 1) else { break };
                list.push(item);
            }
            RawValue::List(list)
        }
        Some(b'{') if depth > 0 => {
            let mut pairs = Vec::new();
            for _ in 0..whole as u32 {
                let Some(key) = tokens.next() else { break };
                let Some(item) = value(tokens, depth - 1) else { break };
                pairs.push((key.to_owned(), item));
            }
            RawValue::Map(pairs)
        }
        _ => RawValue::Unusable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_value() {
        let text =
            "{4\0pid\0\"shop\0tracing\0{2\0sample\0#60500000\0allowedUrls\0[2\0\"https://a\0h0\0x\0x\0y\0-1000000";
        let raw = RawValue::parse(text);
        assert_eq!(raw.get("pid"), &RawValue::Text("shop".into()));
        assert_eq!(raw.get("tracing").get("sample"), &RawValue::Number(60.5));
        assert_eq!(
            raw.get("tracing").get("allowedUrls"),
            &RawValue::List(vec![RawValue::Text("https://a".into()), RawValue::Host(0)])
        );
        assert_eq!(raw.get("x"), &RawValue::Unusable);
        assert_eq!(raw.get("y"), &RawValue::Number(-1.0));
        assert_eq!(raw.get("z"), &RawValue::Absent);
    }

    #[test]
    fn a_broken_stream_is_read_to_its_end_and_no_further() {
        for text in ["", "[5\0t", "{9", "#", "{1\0k", "[99999999999"] {
            let _ = RawValue::parse(text);
        }
    }
}
