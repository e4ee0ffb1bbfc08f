//! The headers of one request, in the form in which they cross to the host.

use crate::engine::text::{Out, cut, from};

/// Collects `name NUL value` pairs, separated by NUL, in one buffer: one string for the host to read.
/// The application's own come first; the host gets only those after them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carrier {
    text: Out,
    /// Where ours begin.
    ours: usize,
}

impl Carrier {
    /// Without headers.
    pub const fn new() -> Self {
        Self { text: Out::new(), ours: 0 }
    }

    /// Begins a header and returns the buffer to write its value to. Values are printable ASCII.
    #[inline(never)]
    pub fn begin(&mut self, name: &str) -> &mut Out {
        if !self.text.is_empty() {
            self.text.ascii(0);
        }
        self.text.str(name);
        self.text.ascii(0);
        &mut self.text
    }

    /// Remembers a header that the application set itself; called before any other is begun.
    pub fn keep(&mut self, name: &str, value: &str) {
        self.begin(name).str(value);
        self.ours = self.text.len() + 1;
    }

    /// Removes our headers, because they were not sent.
    pub fn revoke(&mut self) {
        self.text.truncate(self.ours.saturating_sub(1));
    }

    /// Our pairs, NUL between all fields; empty where there are none.
    pub fn text(&self) -> &str {
        from(self.text.as_str(), self.ours)
    }

    /// Whether there is no header, neither ours nor the application's.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// All headers: the application's, then ours in the order in which they were written.
    pub fn headers(&self) -> Pairs<'_> {
        Pairs(self.text.as_str())
    }
}

/// The pairs of `name NUL value NUL name NUL value…`.
pub struct Pairs<'a>(pub &'a str);

impl<'a> Iterator for Pairs<'a> {
    type Item = (&'a str, &'a str);

    #[inline(never)]
    fn next(&mut self) -> Option<Self::Item> {
        let (name, after) = cut(self.0, 0);
        let (value, next) = cut(after?, 0);
        self.0 = next.unwrap_or("");
        Some((name, value))
    }
}
