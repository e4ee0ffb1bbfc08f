//! `cargo xtask tidy`: quick checks on the text of the sources. They keep the structure of ARCHITECTURE.md true: who may
//! import whom, how long a file may be. clippy.toml and eslint.config.mjs say who may use which type, macro or global.

mod codes;
mod door;
mod layers;
mod options;
mod shape;
mod source;

use std::process::ExitCode;

use anyhow::Result;

use crate::paths::Paths;
use source::Source;

/// A broken rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, from the checkout's root.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and why it matters.
    pub message: String,
}

/// A check looks at all sources at once, since some rules speak of more than one file.
type Check = fn(&[Source]) -> Vec<Finding>;

/// The checks that need the sources alone. Those of options, numbers and codes read other files too.
const CHECKS: &[(&str, Check)] = &[("imports go one way", layers::check), ("files have a shape", shape::check)];

pub fn main(paths: &Paths) -> Result<ExitCode> {
    Ok(if run(paths)? == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints every finding and returns how many there are.
pub fn run(paths: &Paths) -> Result<usize> {
    let sources = source::read_all(paths)?;
    let mut count = 0;
    let checks = CHECKS.iter().map(|(name, check)| (*name, check(&sources)));
    let others = [
        ("options are said alike", options::check(paths)?),
        ("numbers are said alike", door::check(paths)?),
        ("codes of pitfalls have a row and a test", codes::check(paths, &sources)?),
    ];
    for (name, mut findings) in checks.chain(others) {
        findings.sort();
        findings.dedup();
        for Finding { path, line, message } in &findings {
            println!("{path}:{line}: {message}");
        }
        let result = if findings.is_empty() { "ok".to_owned() } else { format!("{} found", findings.len()) };
        println!("tidy: {name}: {result}");
        count += findings.len();
    }
    println!("tidy: {} files read", sources.len());
    Ok(count)
}
