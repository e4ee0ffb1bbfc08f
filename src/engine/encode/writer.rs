//! Writes members of a JSON object, or attributes in OTLP's JSON: `"key":value`, or `{"key":"…","value":{"…Value":value}}`.

use crate::engine::dropped::{Dropped, REASONS};
use crate::engine::event::Fields;
use crate::engine::span::PROPERTIES;
use crate::engine::text::{Out, cut, from, next_part};

/// Writes to the end of `out`, which ends with the bracket that opens the object or the list, or with another member.
pub struct Writer<'a> {
    out: &'a mut Out,
    spans: bool,
}

impl<'a> Writer<'a> {
    /// Members of an object.
    pub fn object(out: &'a mut Out) -> Self {
        Self { out, spans: false }
    }

    /// Attributes of OTLP's.
    pub fn spans(out: &'a mut Out) -> Self {
        Self { out, spans: true }
    }

    /// Whether attributes are written. A mini-program writes none.
    fn spans_too(&self) -> bool {
        !cfg!(feature = "miniapp") && self.spans
    }

    /// Writes a comma, where another member stands before.
    #[inline(never)]
    fn comma(&mut self) {
        if !matches!(self.out.as_str().as_bytes(), [.., b'{' | b'[']) {
            self.out.ascii(b',');
        }
    }

    /// Writes everything up to the value of a member.
    #[inline(never)]
    pub fn key(&mut self, key: &str) -> &mut Out {
        self.comma();
        self.out.json(key);
        self.out.ascii(b':');
        self.out
    }

    /// A member that is a string, empty or not.
    #[inline(never)]
    pub fn string(&mut self, key: &str, value: &str) {
        self.key(key).json(value);
    }

    /// A member whose value is JSON already.
    #[inline(never)]
    pub fn raw(&mut self, key: &str, json: &str) {
        self.key(key).str(json);
    }

    /// Closes the object that a member opened.
    pub fn close(&mut self) {
        self.out.ascii(b'}');
    }

    /// Closes it behind further members, which are JSON already and have a comma before each.
    #[inline(never)]
    pub fn members(&mut self, members: &Out) {
        self.out.str(from(members.as_str(), usize::from(self.out.as_str().ends_with('{'))));
        self.close();
    }

    /// How many events were dropped, for each reason for which any was.
    #[inline(never)]
    pub fn dropped(&mut self, dropped: &Dropped) {
        for (reason, count) in REASONS.iter().zip(dropped) {
            if *count > 0 {
                self.integer(reason, f64::from(*count));
            }
        }
    }

    /// Everything up to the value of a field, of the type that OTLP calls `kind`; `false` where the field is none of this form.
    #[inline(never)]
    fn begin(&mut self, names: &str, kind: &str) -> bool {
        let (field, attribute) = cut(names, b' ');
        if !self.spans_too() {
            if !field.is_empty() {
                self.key(field);
            }
            return !field.is_empty();
        }
        let Some(attribute) = attribute else { return false };
        self.comma();
        for part in ["{\"key\":\"", attribute, "\",\"value\":{\"", kind, "Value\":"] {
            self.out.str(part);
        }
        true
    }

    fn end(&mut self) {
        if self.spans_too() {
            self.out.str("}}");
        }
    }

    /// Members or attributes of the application's own ([`Said`](crate::engine::event::Said)).
    #[inline(never)]
    pub fn pairs(&mut self, mut rest: &str) {
        while !rest.is_empty() {
            let (key, value) = (next_part(&mut rest, 1), next_part(&mut rest, 1));
            self.comma();
            if self.spans_too() {
                self.out.str("{\"key\":\"");
                self.out.str(PROPERTIES);
                // The prefix stands within the key's quotes.
                self.out.str(from(key, 1));
                self.out.str(if value.starts_with('"') {
                    ",\"value\":{\"stringValue\":"
                } else {
                    ",\"value\":{\"doubleValue\":"
                });
            } else {
                self.out.str(key);
                self.out.ascii(b':');
            }
            self.out.str(value);
            self.end();
        }
    }
}

impl Fields for Writer<'_> {
    #[inline(never)]
    fn text(&mut self, names: &'static str, value: &str) {
        if !value.is_empty() && self.begin(names, "string") {
            self.out.json(value);
            self.end();
        }
    }

    #[inline(never)]
    fn integer(&mut self, names: &'static str, value: f64) {
        if (0.0..9e15).contains(&value) && self.begin(names, "int") {
            // OTLP/JSON writes 64-bit integers as strings.
            let quote = if self.spans_too() { "\"" } else { "" };
            self.out.str(quote);
            self.out.decimal(value.floor());
            self.out.str(quote);
            self.end();
        }
    }

    #[inline(never)]
    fn number(&mut self, names: &'static str, value: f64) {
        if value > 0.0 && value < 9e12 && self.begin(names, "double") {
            self.out.decimal(value);
            self.end();
        }
    }

    fn flag(&mut self, names: &'static str, value: bool) {
        if value && self.begin(names, "bool") {
            self.out.str("true");
            self.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_attributes_are_json() {
        let mut out = Out::new();
        for spans in [false, true] {
            out.str(if spans { "\n[" } else { "{" });
            let mut writer = Writer { out: &mut out, spans };
            writer.text("a x.a", "1\"");
            writer.text("b", "bundles alone");
            writer.text(" x.c", "spans alone");
            writer.text("d x.d", "");
            writer.integer("e x.e", 0.0);
            writer.integer("f x.f", -1.0);
            writer.number("g x.g", 1.25);
            writer.number("h x.h", f64::NAN);
            writer.flag("i x.i", true);
            writer.pairs("\"k\"\u{1}\"v\"\u{1}\"n\"\u{1}2");
            out.str(if spans { "]" } else { "}" });
        }
        assert_eq!(
            out.as_str(),
            concat!(
                r#"{"a":"1\"","b":"bundles alone","e":0,"g":1.25,"i":true,"k":"v","n":2}"#,
                "\n",
                r#"[{"key":"x.a","value":{"stringValue":"1\""}},{"key":"x.c","value":{"stringValue":"spans alone"}},"#,
                r#"{"key":"x.e","value":{"intValue":"0"}},{"key":"x.g","value":{"doubleValue":1.25}},"#,
                r#"{"key":"x.i","value":{"boolValue":true}},{"key":"rum.properties.k","value":{"stringValue":"v"}},"#,
                r#"{"key":"rum.properties.n","value":{"doubleValue":2}}]"#
            )
        );
    }
}
