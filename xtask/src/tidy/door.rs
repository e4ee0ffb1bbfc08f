//! The numbers that cross between JavaScript and the engine are said twice: in src/door.rs, and in core/door.js where the
//! host's files get them. Both agree. A number in one file only, or with another value there, is a call that does
//! nothing, or something else.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};

use super::Finding;
use crate::paths::Paths;

const ENGINE: &str = "src/door.rs";
const HOST: &str = "pkg-template/js/core/door.js";

/// In a variant's comment: JavaScript has no use for its number.
const UNNAMED: &str = "JavaScript does not name it";

/// A number of one of the files.
#[derive(Debug, PartialEq, Eq)]
struct Number {
    value: u32,
    /// The line, from 1.
    line: usize,
    /// Its comment says [`UNNAMED`].
    unnamed: bool,
}

type Numbers = BTreeMap<String, Number>;

/// Reports every number that the two files do not have alike. A checkout without door.js has nothing to compare.
pub fn check(paths: &Paths) -> Result<Vec<Finding>> {
    if !paths.at(HOST).exists() {
        return Ok(Vec::new());
    }
    let read = |path: &str| fs::read_to_string(paths.at(path)).with_context(|| format!("no {path}"));
    Ok(compare(&engine(&read(ENGINE)?), &host(&read(HOST)?)))
}

fn compare(engine: &Numbers, host: &Numbers) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut report =
        |path: &str, line: usize, message: String| findings.push(Finding { path: path.to_owned(), line, message });
    for (name, here) in host {
        match engine.get(name) {
            None => report(HOST, here.line, format!("`{name}` is no number of the engine's ({ENGINE})")),
            Some(there) if there.value != here.value => {
                report(HOST, here.line, format!("`{name}` is {} here and {} in {ENGINE}", here.value, there.value));
            }
            Some(there) if there.unnamed => {
                report(
                    ENGINE,
                    there.line,
                    format!("`{name}` is said to have no name in JavaScript, and {HOST} has it"),
                );
            }
            Some(_) => {}
        }
    }
    for (name, there) in engine {
        if !there.unnamed && !host.contains_key(name) {
            report(HOST, 1, format!("`{name}` is missing here; or its comment in {ENGINE} says \"{UNNAMED}\""));
        }
    }
    findings
}

/// Constants, and variants with the name of their enum: `Held = 64,` of `Word` is `WORD_HELD`.
fn engine(text: &str) -> Numbers {
    let mut found = Numbers::new();
    let mut group = String::new();
    let mut unnamed = false;
    // What follows are tests.
    for (at, line) in text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]") {
        let line = line.trim();
        if let Some(comment) = line.strip_prefix("///") {
            unnamed |= comment.contains(UNNAMED);
            continue;
        }
        let constant = line.strip_prefix("pub const ").and_then(|line| line.strip_suffix(';'));
        if let Some((name, value)) = constant.and_then(|line| line.split_once(": u32 = ")) {
            insert(&mut found, name.to_owned(), value, at, unnamed);
        } else if let Some((variant, value)) = line.strip_suffix(',').and_then(|line| line.split_once(" = ")) {
            insert(&mut found, format!("{group}_{}", upper_snake(variant)), value, at, unnamed);
        } else if let Some(name) = line.strip_suffix(" {").filter(|name| name.chars().all(char::is_alphanumeric)) {
            group = upper_snake(name);
        }
        unnamed = false;
    }
    found
}

/// Lines of the form `export const WORD_HELD = 64;`.
fn host(text: &str) -> Numbers {
    let mut found = Numbers::new();
    for (at, line) in text.lines().enumerate() {
        let constant = line.strip_prefix("export const ").and_then(|line| line.split(';').next());
        if let Some((name, value)) = constant.and_then(|line| line.split_once(" = ")) {
            insert(&mut found, name.to_owned(), value, at, false);
        }
    }
    found
}

/// Adds what is a number; a function or an object is none.
fn insert(found: &mut Numbers, name: String, value: &str, at: usize, unnamed: bool) {
    if let Ok(value) = value.trim().parse() {
        found.insert(name, Number { value, line: at + 1, unnamed });
    }
}

/// `NotTaken` is `NOT_TAKEN`.
fn upper_snake(name: &str) -> String {
    let mut upper = String::new();
    for char in name.chars() {
        if char.is_ascii_uppercase() && !upper.is_empty() {
            upper.push('_');
        }
        upper.push(char.to_ascii_uppercase());
    }
    upper
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = "numbers! {\n    /// Words.\n    Word {\n        /// Why.\n        Held = 64,\n    }\n}\n\
                        /// Bits.\npub const ACTION_BITS: u32 = 4;\nnumbers! {\n    Answer {\n        /// None. JavaScript \
                        does not name it: why.\n        Gone = 1,\n        NotTaken = 2,\n    }\n}\n\
                        #[cfg(test)]\nmod tests {\n        Other = 9,\n}";

    fn messages(script: &str) -> Vec<String> {
        compare(&engine(RUST), &host(script))
            .into_iter()
            .map(|Finding { path, line, message }| format!("{path}:{line}: {message}"))
            .collect()
    }

    #[test]
    fn equal_numbers_are_silent() {
        let script = "// Words.\nexport const WORD_HELD = 64; // why\nexport const ACTION_BITS = 4;\nexport const \
                      ANSWER_NOT_TAKEN = 2;\nexport const doorOf = (core) => ({});\nconst LOCAL = 5;\n";
        assert_eq!(messages(script), [""; 0]);
    }

    #[test]
    fn each_difference_is_found() {
        let script = "export const WORD_HELD = 65;\nexport const ANSWER_GONE = 1;\nexport const WORD_OTHER = 9;\nexport const ANSWER_NOT_TAKEN = 2;";
        let found = messages(script);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(found[0].starts_with("src/door.rs:13: `ANSWER_GONE`"), "{found:?}");
        assert!(found[1].starts_with("pkg-template/js/core/door.js:1: `WORD_HELD` is 65 here and 64"), "{found:?}");
        assert!(found[2].starts_with("pkg-template/js/core/door.js:3: `WORD_OTHER` is no number"), "{found:?}");
        assert!(found[3].starts_with("pkg-template/js/core/door.js:1: `ACTION_BITS` is missing"), "{found:?}");
    }

    #[test]
    fn the_engines_own_file_is_read() {
        let numbers = engine(include_str!("../../../src/door.rs"));
        let value = |name: &str| numbers.get(name).map(|number| number.value);
        assert_eq!(value("WORD_HELD"), Some(64));
        assert_eq!(value("SIGNAL_TIMER"), Some(0));
        assert_eq!(value("ACTION_SEND_EXIT"), Some(4));
        assert_eq!(value("FAILURE_ABORT"), Some(3));
        assert_eq!(value("START_NO_CORS"), Some(2));
        assert_eq!(value("ANSWER_NOT_TAKEN"), Some(2));
        assert_eq!(value("GIVEN_STATUS_CODE"), Some(16));
        assert_eq!(value("KIND"), Some(16));
        assert!(numbers.len() > 50, "all of the file");
    }
}
