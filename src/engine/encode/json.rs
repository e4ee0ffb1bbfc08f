//! A JSON writer for objects.

use crate::engine::span::PROPERTIES;
use crate::engine::text::{Out, from, next_part};

/// Writes one object's members; whoever opens it closes it.
pub struct Object<'a> {
    out: &'a mut Out,
    first: bool,
}

impl<'a> Object<'a> {
    /// Opens an object in `out`.
    pub fn open(out: &'a mut Out) -> Self {
        out.ascii(b'{');
        Self { out, first: true }
    }

    /// Closes the object.
    pub fn close(self) {
        self.out.ascii(b'}');
    }

    /// Writes a key and returns the buffer for its value.
    #[inline(never)]
    pub fn key(&mut self, key: &str) -> &mut Out {
        self.out.str(if self.first { "" } else { "," });
        self.first = false;
        self.out.json(key);
        self.out.ascii(b':');
        self.out
    }

    /// A string member.
    #[inline(never)]
    pub fn text(&mut self, key: &str, value: &str) {
        string(self.key(key), value);
    }

    /// A string member, left out where the value is empty.
    #[inline(never)]
    pub fn text_if(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.text(key, value);
        }
    }

    /// A number member with at most three decimals.
    #[inline(never)]
    pub fn number(&mut self, key: &str, value: f64) {
        self.key(key).decimal(value);
    }

    /// Members that are JSON already, a comma before each; not the first of an object.
    pub fn members(&mut self, members: &Out) {
        self.out.out(members);
    }

    /// A member whose value is JSON already.
    #[inline(never)]
    pub fn raw(&mut self, key: &str, json: &str) {
        self.key(key).str(json);
    }
}

/// Writes properties (`event::Said`) with commas between: as members of an object, or as OTLP's attributes.
#[inline(never)]
pub fn pairs(out: &mut Out, mut rest: &str, otlp: bool) {
    while !rest.is_empty() {
        let (key, value) = (next_part(&mut rest, 1), next_part(&mut rest, 1));
        if otlp {
            out.str("{\"key\":\"");
            out.str(PROPERTIES);
            // The prefix stands within the key's quotes.
            out.str(from(key, 1));
            out.str(if value.as_bytes().first() == Some(&b'"') {
                ",\"value\":{\"stringValue\":"
            } else {
                ",\"value\":{\"doubleValue\":"
            });
            out.str(value);
            out.str("}}");
        } else {
            out.str(key);
            out.ascii(b':');
            out.str(value);
        }
        if !rest.is_empty() {
            out.ascii(b',');
        }
    }
}

/// Writes a JSON string.
pub fn string(out: &mut Out, value: &str) {
    out.json(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_survive_a_json_parser() {
        for (text, json) in [
            ("plain", r#""plain""#),
            ("", r#""""#),
            ("a\"b\\c", r#""a\"b\\c""#),
            ("line\nbreak\u{1}", r#""line\u000abreak\u0001""#),
            ("商\"品 😀", "\"商\\\"品 😀\""),
        ] {
            let mut out = Out::default();
            string(&mut out, text);
            assert_eq!(out.as_str(), json);
        }
    }
}
