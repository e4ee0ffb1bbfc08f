//! Files have one job, say it at their top, and stay short enough to read in one sitting.

use super::Finding;
use super::source::Source;

/// Longer than this, a file has two jobs.
const MAX_LINES: usize = 300;
/// Files that may be longer: path, and the reason why splitting would make them worse.
const LONG_FILES: &[(&str, &str)] = &[];

/// Reports every file out of shape.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let mut report =
            |line: usize, message: String| findings.push(Finding { path: source.path.clone(), line, message });
        let lines = source.raw.lines().count();
        if lines > MAX_LINES && !LONG_FILES.iter().any(|(path, _)| *path == source.path) {
            report(
                lines,
                format!(
                    "{lines} lines, more than {MAX_LINES}: a file has one job (or a reason in xtask/src/tidy/shape.rs)"
                ),
            );
        }
        if source.is_rust() && !source.raw.starts_with("//!") {
            report(1, "no `//!` at the top: a file opens with what it does and what it must never do".to_owned());
        }
        let has_logic = |line: &str| line.split_whitespace().any(|word| word == "fn" || word.starts_with("impl"));
        if source.path.ends_with("/mod.rs")
            && let Some((line, _)) = source.code().find(|(_, line)| has_logic(line))
        {
            report(line, "logic in mod.rs: such a file lists modules and documents them".to_owned());
        }
    }
    for (path, _) in LONG_FILES {
        let still_long = |source: &Source| source.path == *path && source.raw.lines().count() > MAX_LINES;
        if !sources.iter().any(still_long) {
            let message = format!("{path} is not long any more: take it off the list");
            findings.push(Finding { path: "xtask/src/tidy/shape.rs".to_owned(), line: 1, message });
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<(usize, String)> {
        check(&[Source::new(path, text)]).into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn a_file_in_shape_is_silent() {
        assert_eq!(findings("src/engine/url.rs", &format!("//! Urls.\n{}", "x\n".repeat(299))), []);
        assert_eq!(
            findings("src/engine/mod.rs", "//! The engine; it has no fn of its own.\npub mod url;\npub struct A;"),
            []
        );
    }

    #[test]
    fn each_misshape_is_found() {
        assert_eq!(findings("gateway/src/a.rs", &format!("//! A.\n{}", "x\n".repeat(300)))[0].0, 301);
        assert!(findings("src/engine/a.rs", "use x;")[0].1.contains("//!"));
        assert_eq!(findings("src/engine/mod.rs", "//! E.\n\npub(crate) fn f() {}")[0].0, 3);
        assert_eq!(findings("src/engine/mod.rs", "//! E.\npub struct A;\nimpl<T> A {}")[0].0, 3);
        assert!(findings("pkg-template/js/big.js", &"x\n".repeat(301))[0].1.contains("one job"));
    }
}
