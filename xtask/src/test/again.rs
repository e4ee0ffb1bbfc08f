//! The second chance of a test file on a build machine. A test that fails only sometimes is a bug to be cured, not a
//! reason to stop everybody's work: where `CI` is set the file runs once more, and the summary names what passed only then.

use std::path::{Path, PathBuf};

/// One test that Node's runner listed as failed.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed {
    /// Its file, as the runner was given it or relative to its directory.
    pub file: String,
    /// Its name.
    pub name: String,
}

/// Whether files get a second chance here.
pub fn is_wanted() -> bool {
    std::env::var_os("CI").is_some()
}

/// What the list at the end of Node's `spec` output says: `test at FILE:LINE:COLUMN`, and on the next line `✖ NAME (TIME)`.
pub fn failed(text: &str) -> Vec<Failed> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(place) = line.strip_prefix("test at ") else { continue };
        let name = lines.next().unwrap_or_default().trim_start_matches("✖ ");
        let name = name.rsplit_once(" (").map_or(name, |(name, _)| name);
        let file = place.rsplitn(3, ':').last().unwrap_or(place);
        found.push(Failed { file: file.to_owned(), name: name.to_owned() });
    }
    found
}

/// What to run again of a step's `files`: those with a failed test, or all where a test stands in a library that some
/// of them share.
pub fn files(failed: &[Failed], files: &[PathBuf], root: &Path) -> Vec<PathBuf> {
    let is_failed = |file: &&PathBuf| failed.iter().any(|failed| root.join(&failed.file) == **file);
    let known = failed.iter().all(|failed| files.contains(&root.join(&failed.file)));
    files.iter().filter(|file| !known || is_failed(file)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_at_the_end_names_file_and_test() {
        let text = "✔ well (1ms)\n✖ the answer: 429 (5ms)\nℹ fail 2\n\n✖ failing tests:\n\n\
                    test at tests/e2e/delivery.test.mjs:38:3\n✖ the answer: 429 (late) (5.1ms)\n  AssertionError: x\n\n\
                    test at tests/e2e/agent.test.mjs:1:1\n✖ tests/e2e/agent.test.mjs (9ms)\n";
        let of = |file: &str, name: &str| Failed { file: file.to_owned(), name: name.to_owned() };
        assert_eq!(
            failed(text),
            [
                of("tests/e2e/delivery.test.mjs", "the answer: 429 (late)"),
                of("tests/e2e/agent.test.mjs", "tests/e2e/agent.test.mjs")
            ]
        );
        assert_eq!(failed("✔ test at noon\n"), []);
    }

    #[test]
    fn a_test_of_a_shared_library_runs_all_files_again() {
        let root = Path::new("/x");
        let of = |file: &str| Failed { file: file.to_owned(), name: String::new() };
        let all = [root.join("t/a.test.mjs"), root.join("t/b.test.mjs")];
        assert_eq!(files(&[of("t/b.test.mjs"), of("t/b.test.mjs")], &all, root), [root.join("t/b.test.mjs")]);
        assert_eq!(files(&[of("t/b.test.mjs"), of("t/lib/differ.mjs")], &all, root), all);
    }
}
