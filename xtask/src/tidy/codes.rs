//! Codes of pitfalls, such as X6: each code that is cited has a row in docs/pitfalls.md, and each row names a test that
//! exists. The head of that page defines the three forms of a citation; other words like `B3` or `W3C` are no citations.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};

use super::Finding;
use super::source::Source;
use crate::paths::Paths;
use crate::stamp;

const TABLE: &str = "docs/pitfalls.md";
/// Texts that cite codes beside the sources: documents, and the tables of the tests.
const TEXTS: &[&str] = &[
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "docs",
    "examples",
    "gateway/tests/data",
    "pkg-template",
    "tests/testdata",
];
/// Its tests cite codes that do not exist.
const THIS: &str = "xtask/src/tidy/codes.rs";

/// Reports every cited code without a row, and every row whose test does not exist.
pub fn check(paths: &Paths, sources: &[Source]) -> Result<Vec<Finding>> {
    let read = |path: &str| fs::read_to_string(paths.at(path)).with_context(|| format!("no {path}"));
    let table = read(TABLE)?;
    let (rows, mut findings) = rows(&table);
    for row in rows.values() {
        findings.extend(test_findings(row, |path| match paths.at(path) {
            dir if dir.is_dir() => Some(String::new()),
            file => fs::read_to_string(file).ok(),
        }));
    }
    for source in sources.iter().filter(|source| source.path != THIS) {
        findings.extend(unknown(&source.path, &source.raw, &rows));
    }
    let mut files = Vec::new();
    for root in TEXTS.iter().map(|root| paths.at(root)).filter(|root| root.exists()) {
        stamp::collect(&root, &mut files)?;
    }
    for file in files {
        let path = paths.show(&file).replace('\\', "/");
        if [".md", ".toml"].iter().any(|ending| path.ends_with(ending)) {
            findings.extend(unknown(&path, &read(&path)?, &rows));
        }
    }
    Ok(findings)
}

/// A row of the table.
struct Row<'a> {
    line: usize,
    /// The last cell: `path` "words", …
    tests: &'a str,
}

/// The rows by their code, and what is wrong with the table itself.
fn rows(table: &str) -> (BTreeMap<&str, Row<'_>>, Vec<Finding>) {
    let mut rows = BTreeMap::new();
    let mut findings = Vec::new();
    for (at, line) in table.lines().enumerate() {
        let cells: Vec<&str> = line.trim().trim_matches('|').split('|').map(str::trim).collect();
        let Some(code) = cells.first().copied().filter(|cell| line.starts_with('|') && code_length(cell) == cell.len())
        else {
            continue;
        };
        if code.is_empty() {
            continue;
        }
        let mut report = |message: &str| {
            let message = format!("the row of {code} {message}");
            findings.push(Finding { path: TABLE.to_owned(), line: at + 1, message });
        };
        let &[_, _, _, tests] = cells.as_slice() else {
            report("has not the cells code, behaviour, source, test");
            continue;
        };
        if rows.insert(code, Row { line: at + 1, tests }).is_some() {
            report("is a second one");
        }
    }
    (rows, findings)
}

/// Reports tests of a row that do not exist. `read` gives a file's text.
fn test_findings(row: &Row<'_>, read: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut messages = Vec::new();
    let mut parts = row.tests.split('`').skip(1);
    if row.tests.split('`').count() < 3 {
        messages.push("no test: a code without one has no row".to_owned());
    }
    while let (Some(path), Some(rest)) = (parts.next(), parts.next()) {
        let words = rest.split('"').nth(1);
        match (read(path), words) {
            (None, _) => messages.push(format!("`{path}` does not exist")),
            (Some(text), Some(words)) if !text.contains(words) => {
                messages.push(format!("`{path}` does not contain \"{words}\""));
            }
            _ => {}
        }
    }
    messages.into_iter().map(|message| Finding { path: TABLE.to_owned(), line: row.line, message }).collect()
}

/// Reports cited codes without a row.
fn unknown(path: &str, text: &str, rows: &BTreeMap<&str, Row<'_>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in text.lines().enumerate() {
        for code in cited(line).into_iter().filter(|code| !rows.contains_key(code)) {
            let message = format!("{code} has no row in {TABLE}, so nobody can look up what it means");
            findings.push(Finding { path: path.to_owned(), line: at + 1, message });
        }
    }
    findings
}

/// The codes that a line cites: after `pitfall` or `pitfalls`, alone in parentheses, or at the start of a text literal.
fn cited(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (at, _) in line.match_indices("itfall") {
        let rest = &line[at + "itfall".len()..];
        found.extend(
            rest.strip_prefix('s').unwrap_or(rest).strip_prefix(' ').map_or_else(Vec::new, |rest| list(rest).0),
        );
    }
    for (at, opening) in line.match_indices(['(', '\'', '"', '`']) {
        let (codes, rest) = list(&line[at + 1..]);
        if rest.starts_with(if opening == "(" { ")" } else { ": " }) {
            found.extend(codes);
        }
    }
    found
}

/// The codes at the start of a text, separated by commas or "and", and what follows them. Of a range, the first: numbers
/// have gaps.
fn list(text: &str) -> (Vec<&str>, &str) {
    let mut codes = Vec::new();
    let mut rest = text;
    loop {
        let (code, after) = rest.split_at(code_length(rest));
        if code.is_empty() {
            return (codes, rest);
        }
        codes.push(code);
        let end = after.strip_prefix(" to ").map_or(0, code_length);
        rest = if end > 0 { &after[" to ".len() + end..] } else { after };
        match [", ", " and "].iter().find_map(|separator| rest.strip_prefix(separator)) {
            Some(next) if code_length(next) > 0 => rest = next,
            _ => return (codes, rest),
        }
    }
}

/// The length of the code at the start of a text: a capital letter, and one or two digits. 0 if there is none.
fn code_length(text: &str) -> usize {
    let mut chars = text.chars();
    if !chars.next().is_some_and(|first| first.is_ascii_uppercase()) {
        return 0;
    }
    let digits = chars.clone().take_while(char::is_ascii_digit).count();
    let ends = chars.nth(digits).is_none_or(|next| !next.is_alphanumeric() && next != '_');
    if matches!(digits, 1 | 2) && ends { 1 + digits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_citations() {
        for (line, codes) in [
            ("// the status is 0 from then on (pitfall X6).", &["X6"][..]),
            ("//! Headers on the wire (pitfalls P1 to P29, and R2).", &["P1"]),
            ("cases of X1 to X18 (pitfalls X1 to X18, H7 to H10 and W1)", &["X1", "H7", "W1"]),
            ("see pitfalls R2, R5 and R13, or pitfall W11", &["R2", "R5", "R13", "W11"]),
            ("reason = \"segments are whole (U1)\"", &["U1"]),
            ("add('F1, F2: headers', {}, run)", &["F1", "F2"]),
            ("why = \"R2: one entry for two\"", &["R2"]),
            ("test(`H6: ${name}`)", &["H6"]),
        ] {
            assert_eq!(cited(line), codes, "{line}");
        }
    }

    #[test]
    fn words_of_the_same_shape_are_none() {
        for line in [
            "W3C, B3 and P256 (ES5, W3C)",
            "B3: `b3: 0af7651916cd43dd8448eb211c80319c`",
            "docs/pitfalls.md B12",
            "fetch('E7')",
            "{ \"code\": \"E7\" }",
            "Propagators(B3_MULTI)",
            "(P1a)",
            "\"caf%C3: x\"",
            "a pitfall of B3",
        ] {
            assert_eq!(cited(line), Vec::<&str>::new(), "{line}");
        }
    }

    #[test]
    fn a_code_without_a_row_is_found() {
        let (rows, findings) = rows("| code | x | y | z |\n|---|---|---|---|\n| X6 | a | b | `c` |\n");
        assert_eq!((rows.keys().copied().collect::<Vec<_>>(), findings), (vec!["X6"], vec![]));
        let found = unknown("a.rs", "x\n// (X6), pitfall X7", &rows);
        assert_eq!((found.len(), found[0].line, found[0].path.as_str()), (1, 2, "a.rs"));
        assert!(found[0].message.starts_with("X7 "));
    }

    #[test]
    fn a_row_that_is_no_row_or_a_second_one_is_found() {
        let (_, findings) = rows("| X6 | a | b |\n| X7 | a | b | `c` |\n| X7 | a | b | `c` |");
        let found: Vec<_> = findings.iter().map(|finding| (finding.line, finding.message.as_str())).collect();
        let expected = [
            (1, "the row of X6 has not the cells code, behaviour, source, test"),
            (3, "the row of X7 is a second one"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_test_that_does_not_exist_is_found() {
        let findings = |tests| {
            let read = |path: &str| (path == "a.rs").then(|| "fn one() {}".to_owned());
            test_findings(&Row { line: 7, tests }, read).into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        assert_eq!(findings("`a.rs` \"one\", `a.rs`"), Vec::<String>::new());
        assert_eq!(findings("`a.rs` \"one\", `a.rs` \"two\""), ["`a.rs` does not contain \"two\""]);
        assert_eq!(findings("`b.rs` \"one\""), ["`b.rs` does not exist"]);
        assert_eq!(findings("by construction"), ["no test: a code without one has no row"]);
    }
}
