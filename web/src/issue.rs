//! What is wrong with an option.

use std::error::Error;
use std::fmt;

/// An option that did not fit, or not all of it. The agent uses the default in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The path of the option, such as `tracing.sample`.
    pub path: String,
    /// What it takes, and what holds instead: `a number from 0 to 100; using 100`.
    pub expects: String,
}

/// What stands between path and expectation in the agent's warnings (`src/engine/agent.rs`).
const MUST_BE: &str = " must be ";

impl Issue {
    /// Reads one of the agent's warnings; `None` where it is about something else.
    pub(crate) fn parse(warning: &str) -> Option<Self> {
        let (path, expects) = warning.split_once(MUST_BE)?;
        let is_path = !path.contains([' ', ':']);
        is_path.then(|| Self { path: path.to_owned(), expects: expects.to_owned() })
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{MUST_BE}{}", self.path, self.expects)
    }
}

impl Error for Issue {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_about_an_option_is_an_issue_and_no_other_is() {
        let text = "tracing.sample must be a number from 0 to 100; using 100";
        let issue = Issue::parse(text);
        assert_eq!(issue.as_ref().map(|issue| issue.path.as_str()), Some("tracing.sample"));
        assert_eq!(issue.map(|issue| issue.to_string()).as_deref(), Some(text));
        assert_eq!(Issue::parse("sendEvent: url does not fit"), None);
        assert_eq!(Issue::parse("what was sent must be something"), None);
    }
}
