//! The options stand in three places: the engine's FIELDS, docs/options.md and index.d.ts. All three must agree.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};

use super::Finding;
use crate::paths::Paths;

const ENGINE: &str = "src/engine/config/fields.rs";
const TABLE: &str = "docs/options.md";
const TYPES: &str = "pkg-template/index.d.ts";

/// Reports every option that is missing in one of them.
pub fn check(paths: &Paths) -> Result<Vec<Finding>> {
    let read = |path: &str| fs::read_to_string(paths.at(path)).with_context(|| format!("no {path}"));
    Ok(compare(&engine(&read(ENGINE)?), &[(TABLE, table(&read(TABLE)?)), (TYPES, types(&read(TYPES)?))]))
}

fn compare(engine: &BTreeSet<String>, others: &[(&str, BTreeSet<String>)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, options) in others {
        let mut report = |message: String| findings.push(Finding { path: (*path).to_owned(), line: 1, message });
        for missing in engine.difference(options) {
            report(format!("`{missing}` is an option ({ENGINE}) and is missing here"));
        }
        for unknown in options.difference(engine) {
            report(format!("`{unknown}` is no option of the engine's ({ENGINE})"));
        }
    }
    findings
}

/// Rows of FIELDS: `field("path", …`.
fn engine(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.trim().strip_prefix("field(\""));
    rows.filter_map(|row| row.split_once('"')).map(|(path, _)| path.to_owned()).collect()
}

/// Rows of the table: "| `path` |".
fn table(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split_once('`')).map(|(path, _)| path.to_owned()).collect()
}

/// Members of `Configuration`, with those of the objects in it; an object's own line ends in `{`.
fn types(text: &str) -> BTreeSet<String> {
    let body = text.split_once("interface Configuration {").map_or("", |(_, body)| body);
    let mut found = BTreeSet::new();
    let mut parent: Option<&str> = None;
    for line in body.lines().take_while(|line| *line != "}") {
        let line = line.trim();
        if line.starts_with('}') {
            parent = None;
        }
        let Some((name, rest)) = line.split_once(':') else { continue };
        let name = name.trim_end_matches('?');
        if !name.chars().all(char::is_alphanumeric) {
            continue;
        }
        found.insert(parent.map_or(name.to_owned(), |parent| format!("{parent}.{name}")));
        // A type that goes on below is an object, maybe after other kinds (`tracing`).
        if rest.is_empty() || rest.ends_with('{') {
            parent = Some(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    #[test]
    fn each_of_the_three_is_read() {
        assert_eq!(
            engine("pub fn x() {}\n    field(\"a\", X),\n    field(\"a.b\", Y(|c| &mut c.z)),"),
            set(&["a", "a.b"])
        );
        assert_eq!(table("| option | type |\n|---|---|\n| `a` | string |\n| `a.b` | `x` |"), set(&["a", "a.b"]));
        let text = "export interface Other {\n  no: 1;\n}\nexport interface Configuration {\n  a: string;\n  b?:\n    | boolean\n    | {\n        c?: X;\n      };\n  d?: {\n    e?: Y;\n    [key: string]: Z;\n  };\n  f?: (g: string) => void;\n}\ninterface After {\n  h: 1;\n}";
        assert_eq!(types(text), set(&["a", "b", "b.c", "d", "d.e", "f"]));
    }

    #[test]
    fn what_one_has_and_another_has_not_is_found() {
        let findings = compare(&set(&["a", "b"]), &[("x.md", set(&["a", "c"])), ("y.ts", set(&["a", "b"]))]);
        assert_eq!(findings.len(), 2);
        assert!(findings[0].message.contains("`b`") && findings[1].message.contains("`c`"));
        assert!(findings.iter().all(|finding| finding.path == "x.md"));
    }
}
