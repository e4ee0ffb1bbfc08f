//! The crates that we depend on, with their licences and sources, compared with deny.toml. `cargo deny` checks more, but
//! takes minutes to compile: this much runs for every change.

use anyhow::Result;
use serde::Deserialize;
use spdx::{Expression, ParseMode};

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

/// What is wrong with the dependencies, if anything.
pub fn faults(paths: &Paths, dependencies: &[Dependency]) -> Result<Vec<String>> {
    let Deny { licenses } = read_toml(&paths.at("deny.toml"))?;
    Ok(dependencies.iter().filter_map(|dependency| fault(dependency, &licenses.allow)).collect())
}

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

fn fault(Dependency { package, licence }: &Dependency, allowed: &[String]) -> Option<String> {
    if package.contains('(') {
        return Some(format!("{package} does not come from crates.io"));
    }
    // Old crates write `MIT/Apache-2.0`.
    let expression = Expression::parse_mode(licence, ParseMode::LAX);
    let fits = expression.is_ok_and(|all| all.evaluate(|one| allowed.contains(&one.to_string())));
    (!fits).then(|| format!("{package} has the licence `{licence}`, which deny.toml does not allow"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_is_an_expression() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        let rows = [
            ("MIT", true),
            ("GPL-3.0", false),
            ("", false),
            ("MIT/GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR GPL-3.0) AND BSL-1.0", false),
            ("MIT AND (GPL-3.0 OR (BSL-1.0 OR Apache-2.0))", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-3.0", true),
        ];
        for (licence, expected) in rows {
            let dependency = Dependency { package: "a v1.0.0".to_owned(), licence: licence.to_owned() };
            assert_eq!(fault(&dependency, &allowed).is_none(), expected, "{licence}");
        }
    }

    #[test]
    fn our_own_crates_are_left_out_and_foreign_sources_are_named() {
        let tree = "ours v0.1.0 (/home/me)|Apache-2.0\n\na v1.0.0|MIT/GPL-3.0\nb v1.0.0 (proc-macro)|GPL-3.0\n\
                    a v1.0.0|MIT/GPL-3.0\nc v1.0.0 (https://example.org/c)|MIT\n";
        let found = parse(tree, "/home/me");
        let faults: Vec<_> = found.iter().map(|dependency| fault(dependency, &["MIT".to_owned()])).collect();
        assert_eq!(found.len(), 3);
        assert_eq!(faults[0], None);
        assert!(faults[1].as_ref().unwrap().contains("`GPL-3.0`"));
        assert!(faults[2].as_ref().unwrap().contains("crates.io"));
    }
}
