//! The crates that we depend on, with their licences and sources, compared with deny.toml. `cargo deny` checks more, but
//! takes minutes to compile: this much runs for every change.

use anyhow::{Context, Result};

use crate::manifest::read_toml;
use crate::paths::Paths;
use crate::run;

/// One crate of another author.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// Name and version, and the source where it is not crates.io.
    pub package: String,
    pub licence: String,
}

/// Asks cargo for what the packages are built from, on all targets. Our own packages are left out.
pub fn dependencies(paths: &Paths, packages: &[&str]) -> Result<Vec<Dependency>> {
    let mut cargo = crate::cargo(paths);
    cargo.args(["tree", "--locked", "--quiet", "--target", "all", "--edges", "normal,build", "--prefix", "none"]);
    cargo.args(["--no-dedupe", "--format", "{p}|{l}"]);
    cargo.args(packages.iter().flat_map(|name| ["--package", name]));
    Ok(parse(&run::quiet("cargo tree", &mut cargo)?, &paths.root.display().to_string()))
}

fn parse(tree: &str, root: &str) -> Vec<Dependency> {
    let rows = tree.lines().filter_map(|line| line.split_once('|')).filter(|(package, _)| !package.contains(root));
    let mut found: Vec<_> = rows
        .map(|(package, licence)| Dependency {
            package: package.trim_end_matches(" (proc-macro)").to_owned(),
            licence: licence.to_owned(),
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

/// What is wrong with a dependency, if anything.
pub fn faults(paths: &Paths, dependencies: &[Dependency]) -> Result<Vec<String>> {
    let table = read_toml(&paths.at("deny.toml"))?;
    let allowed = table.get("licenses").and_then(|table| table.get("allow")?.as_array());
    let allowed: Vec<&str> =
        allowed.context("deny.toml allows no licence")?.iter().filter_map(|name| name.as_str()).collect();
    Ok(dependencies.iter().filter_map(|dependency| fault(dependency, &allowed)).collect())
}

fn fault(Dependency { package, licence }: &Dependency, allowed: &[&str]) -> Option<String> {
    if package.contains('(') {
        return Some(format!("{package} does not come from crates.io"));
    }
    // Old crates write `MIT/Apache-2.0`.
    let fits = is_allowed(&licence.replace('/', " OR "), allowed);
    (!fits).then(|| format!("{package} has the licence `{licence}`, which deny.toml does not allow"))
}

/// Evaluates an SPDX expression: `OR` binds less than `AND`.
fn is_allowed(expression: &str, allowed: &[&str]) -> bool {
    let expression = expression.trim();
    if let [_, _, ..] = split(expression, " OR ").as_slice() {
        return split(expression, " OR ").iter().any(|part| is_allowed(part, allowed));
    }
    if let [_, _, ..] = split(expression, " AND ").as_slice() {
        return split(expression, " AND ").iter().all(|part| is_allowed(part, allowed));
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => is_allowed(inner, allowed),
        None => allowed.contains(&expression),
    }
}

/// Splits where no parenthesis is open.
fn split<'a>(expression: &'a str, separator: &str) -> Vec<&'a str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in expression.match_indices(separator) {
        let part = expression.get(from..at).unwrap_or_default();
        if part.matches('(').count() == part.matches(')').count() {
            parts.push(part);
            from = at + separator.len();
        }
    }
    parts.push(expression.get(from..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_an_expression() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"];
        let rows = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("", false),
            ("GPL-3.0 OR MIT", true),
            ("MIT AND GPL-3.0", false),
            ("MIT AND Apache-2.0 OR GPL-3.0", true),
            ("(MIT OR GPL-3.0) AND Unicode-3.0", true),
            ("(MIT OR GPL-3.0) AND BSL-1.0", false),
            ("MIT AND (GPL-3.0 OR (BSL-1.0 OR Apache-2.0))", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
        ];
        for (expression, expected) in rows {
            assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
        }
    }

    #[test]
    fn our_own_crates_are_left_out_and_foreign_sources_are_named() {
        let tree = "ours v0.1.0 (/home/me)|Apache-2.0\n\na v1.0.0|MIT/GPL-3.0\nb v1.0.0 (proc-macro)|GPL-3.0\n\
                    a v1.0.0|MIT/GPL-3.0\nc v1.0.0 (https://example.org/c)|MIT\n";
        let found = parse(tree, "/home/me");
        let faults: Vec<_> = found.iter().map(|dependency| fault(dependency, &["MIT"])).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(faults[0], None);
        assert!(faults[1].as_ref().unwrap().contains("`GPL-3.0`"));
        assert!(faults[2].as_ref().unwrap().contains("crates.io"));
    }
}
