//! The headers of one request, in the form in which they cross the boundary.

use crate::engine::text::{Out, cut};

/// Collects `name NUL value` pairs, separated by NUL, in one buffer: one string for the host to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carrier {
    text: Out,
}

impl Carrier {
    /// Begins a header and returns the buffer to write its value to. Values are printable ASCII.
    pub fn begin(&mut self, name: &str) -> &mut Out {
        if !self.text.is_empty() {
            self.text.ascii(0);
        }
        self.text.str(name);
        self.text.ascii(0);
        &mut self.text
    }

    /// The pairs, NUL between all parts; empty where there are none.
    pub fn text(&self) -> &Out {
        &self.text
    }

    /// The headers in the order in which they were written.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = Some(self.text.as_str()).filter(|text| !text.is_empty());
        std::iter::from_fn(move || {
            let (name, after) = cut(rest?, 0);
            let (value, next) = cut(after?, 0);
            rest = next;
            Some((name, value))
        })
    }
}
