//! A configuration as the host read it: plain data that is not trusted.

use crate::engine::text::{cut, from, parse_number};

/// One value of the page's configuration: the host's token stream from there on.
///
/// NUL separates the tokens, and the first character of each is its [`tag`]. A string's token is followed by its absolute form as
/// a URL. Nothing is copied or built, because every option is read once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawValue<'a>(pub &'a str);

/// The first character of a token; any other stands for a value that no option takes (a symbol, a getter
/// that threw, too deep, too long).
pub mod tag {
    /// `undefined` or `null`: as if the key were not there.
    pub const ABSENT: u8 = b'n';
    /// `true`.
    pub const TRUE: u8 = b't';
    /// `false`.
    pub const FALSE: u8 = b'f';
    /// A finite number, as JavaScript writes it, which is as JSON writes it.
    pub const NUMBER: u8 = b'#';
    /// A string.
    pub const TEXT: u8 = b'"';
    /// A function that stays with the host, under this index.
    pub const FUNCTION: u8 = b'h';
    /// A RegExp that stays with the host, under this index.
    pub const PATTERN: u8 = b'r';
    /// An array with this number of elements.
    pub const LIST: u8 = b'[';
    /// An object with this number of pairs: its own enumerable properties, each key a token (`k`) before its value.
    pub const MAP: u8 = b'{';
}

impl<'a> RawValue<'a> {
    /// Its kind: one of [`tag`].
    #[inline(never)]
    pub fn tag(self) -> u8 {
        self.0.bytes().next().unwrap_or(tag::ABSENT)
    }

    /// The text of a string or number, or of a key.
    #[inline(never)]
    pub fn text(self) -> &'a str {
        from(cut(self.0, 0).0, 1)
    }

    /// The number, index or count; NaN where there is none.
    #[inline(never)]
    pub fn number(self) -> f64 {
        parse_number(self.text())
    }

    /// A string as the host's URL parser reads it on this page: absolute and normalised; empty where it is no URL.
    #[inline(never)]
    pub fn href(self) -> &'a str {
        cut(cut(self.0, 0).1.unwrap_or(""), 0).0
    }

    /// The value under `key` of a map; absent where there is none.
    #[inline(never)]
    pub fn get(self, key: &str) -> Self {
        let mut items = self.pairs();
        while let Some(value) = items.next() {
            if items.key == key {
                return value;
            }
        }
        RawValue("")
    }

    /// The elements of a list; of anything else, the value itself.
    #[inline(never)]
    pub fn items(self) -> Items<'a> {
        if self.tag() == tag::LIST {
            return Items { count: self.number() as u32, rest: cut(self.0, 0).1, pairs: false, key: "" };
        }
        Items { count: 1, rest: Some(self.0), pairs: false, key: "" }
    }

    /// The values of a map, each with its key beside it; none of anything else.
    #[inline(never)]
    pub fn pairs(self) -> Items<'a> {
        let count = if self.tag() == tag::MAP { self.number() as u32 } else { 0 };
        Items { count, rest: cut(self.0, 0).1, pairs: true, key: "" }
    }

    /// The stream after this value and everything in it. Where a count is too high, the end of the stream ends it.
    pub fn after(self) -> Option<&'a str> {
        let mut at = self;
        let mut pending = 0.0;
        loop {
            pending += match at.tag() {
                tag::TEXT => 1.0,
                tag::LIST => at.number(),
                tag::MAP => at.number() * 2.0,
                _ => 0.0,
            };
            let rest = cut(at.0, 0).1;
            if pending <= 0.0 {
                return rest;
            }
            pending -= 1.0;
            at = RawValue(rest?);
        }
    }
}

/// The elements of a list or the values of a map, in order.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    rest: Option<&'a str>,
    /// How many are left.
    pub count: u32,
    pairs: bool,
    /// The key of the value that came last, in a map.
    pub key: &'a str,
}

impl<'a> Items<'a> {
    /// The next value.
    #[inline(never)]
    #[allow(clippy::should_implement_trait, reason = "the key of a pair is read beside it, which an iterator forbids")]
    pub fn next(&mut self) -> Option<RawValue<'a>> {
        self.count = self.count.checked_sub(1)?;
        if self.pairs {
            self.key = RawValue(self.rest?).text();
            self.rest = cut(self.rest?, 0).1;
        }
        let value = RawValue(self.rest?);
        self.rest = value.after();
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_value() {
        let raw = RawValue(
            "{7\0kpid\0\"shop\0https://a/shop\0ktracing\0{2\0ksample\0#60.5\0kallowedUrls\0[3\0\"//b\0https://b/\0h0\0r1\
             \0kx\0x\0ky\0#-1\0kn\0n\0kt\0t\0kf\0f",
        );
        let pid = raw.get("pid");
        assert_eq!((pid.tag(), pid.text(), pid.href()), (tag::TEXT, "shop", "https://a/shop"));
        let tracing = raw.get("tracing");
        assert_eq!((tracing.get("sample").tag(), tracing.get("sample").number()), (tag::NUMBER, 60.5));
        let mut rules = tracing.get("allowedUrls").items();
        assert_eq!(rules.count, 3);
        assert_eq!(rules.next().map(|rule| (rule.text(), rule.href())), Some(("//b", "https://b/")));
        assert_eq!(rules.next().map(|rule| (rule.tag(), rule.number())), Some((tag::FUNCTION, 0.0)));
        assert_eq!(rules.next().map(|rule| (rule.tag(), rule.number())), Some((tag::PATTERN, 1.0)));
        assert_eq!(rules.next(), None);
        for (key, tag) in [("x", b'x'), ("n", tag::ABSENT), ("z", tag::ABSENT), ("t", tag::TRUE), ("f", tag::FALSE)] {
            assert_eq!(raw.get(key).tag(), tag, "{key}");
        }
        assert_eq!(raw.get("y").number(), -1.0);
        assert_eq!(pid.items().next().map(RawValue::text), Some("shop"), "one value is a list of one");
    }

    #[test]
    fn a_broken_stream_is_read_to_its_end_and_no_further() {
        for text in
            ["", "[5\0t", "{9", "#", "{1\0k", "[99999999999", "\"text", "h", "[-1\0t", "[NaN", "[2\0[1e+99\0t\0f"]
        {
            let raw = RawValue(text);
            let mut items = raw.items();
            let mut count = 0;
            while items.next().is_some() {
                count += 1;
            }
            assert!(count <= 5, "{text}");
            assert_eq!(raw.get("a").tag(), tag::ABSENT);
        }
    }
}
