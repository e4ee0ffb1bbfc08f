//! What an answer says of fields that were left out and of entries that were refused: which and why, within
//! [`REPORT_BYTES`].

use crate::limits::REPORT_BYTES;

/// Room for "; and 1000000 more".
const MORE_BYTES: usize = 24;

/// Collects what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    text: String,
    unsaid: usize,
    first: Option<String>,
}

impl Report {
    /// Notes a place and what is wrong there.
    pub fn add(&mut self, path: &str, reason: &str) {
        if self.first.is_none() && !path.is_empty() {
            self.first = Some(path.to_owned());
        }
        let colon = if path.is_empty() { "" } else { ": " };
        let separator = if self.text.is_empty() { "" } else { "; " };
        let length = separator.len() + path.len() + colon.len() + reason.len();
        if self.unsaid > 0 || self.text.len() + length > REPORT_BYTES - MORE_BYTES {
            self.unsaid += 1;
            return;
        }
        for part in [separator, path, colon, reason] {
            self.text.push_str(part);
        }
    }

    /// Notes what another report says.
    pub fn append(&mut self, other: Self) {
        if !other.text.is_empty() {
            self.add("", &other.text);
        }
        self.unsaid += other.unsaid;
        self.first = self.first.take().or(other.first);
    }

    /// The first place that was noted.
    pub fn first_path(&self) -> Option<&str> {
        self.first.as_deref()
    }

    /// Whether nothing was wrong.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.unsaid == 0
    }

    /// All that was noted, in one line.
    pub fn text(&self) -> String {
        match (self.text.as_str(), self.unsaid) {
            (text, 0) => text.to_owned(),
            ("", unsaid) => format!("{unsaid} entries were wrong"),
            (text, unsaid) => format!("{text}; and {unsaid} more"),
        }
    }
}
