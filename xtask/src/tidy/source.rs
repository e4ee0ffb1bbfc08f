//! The files that tidy reads.

use std::fs;

use anyhow::{Context, Result};

use crate::paths::Paths;
use crate::stamp;

/// Directories with our sources.
const ROOTS: &[&str] = &["src", "gateway", "demo", "xtask", "pkg-template", "www", "tests", "benches", "web"];
/// Directories in them that hold other people's files, or generated ones.
const SKIPPED: &[&str] = &["/node_modules/", "/target/", "/dist/", "/testdata/", "tests/pkg/out/", "web/js/"];

#[derive(Debug)]
pub struct Source {
    /// From the checkout's root, with `/` on every system.
    pub path: String,
    pub raw: String,
}

impl Source {
    pub fn new(path: &str, raw: &str) -> Self {
        Self { path: path.to_owned(), raw: raw.to_owned() }
    }

    /// Rust, as opposed to JavaScript.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The lines of code without their comments, each with its number. Tests stand at a Rust file's end and are left out:
    /// they may import what they like. A text with `//` in it ends the line too, which hides no import.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.raw.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
        lines.map(|(at, line)| (at + 1, line.split_once("//").map_or(line, |(code, _)| code)))
    }
}

/// Reads all Rust and JavaScript files of the checkout.
pub fn read_all(paths: &Paths) -> Result<Vec<Source>> {
    let mut files = Vec::new();
    for root in ROOTS.iter().map(|root| paths.at(root)).filter(|root| root.is_dir()) {
        stamp::collect(&root, &mut files)?;
    }
    files.sort();
    let mut sources = Vec::new();
    for file in files {
        let path = paths.show(&file).replace('\\', "/");
        let is_source = [".rs", ".js", ".mjs"].iter().any(|ending| path.ends_with(ending));
        // src/**/tests.rs is the file of a `#[cfg(test)] mod tests;`.
        let is_test_module = path.starts_with("src/") && path.ends_with("/tests.rs");
        if is_source && !is_test_module && !SKIPPED.iter().any(|skipped| path.contains(skipped)) {
            sources.push(Source::new(
                &path,
                &fs::read_to_string(&file).with_context(|| format!("{path} is not readable text"))?,
            ));
        }
    }
    Ok(sources)
}
