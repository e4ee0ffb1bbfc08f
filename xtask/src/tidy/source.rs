//! The files that tidy reads, each as three texts of the same shape.

use std::fs;

use anyhow::{Context, Result};

use super::strip::{self, Language};
use crate::paths::Paths;
use crate::stamp;

/// Directories with sources of ours.
const ROOTS: &[&str] = &["src", "gateway", "demo", "xtask", "pkg-template", "www", "tests", "benches"];
/// Directories in them that others write.
const SKIPPED: &[&str] = &["/node_modules/", "/target/", "/dist/", "/testdata/", "tests/pkg/out/"];

/// A source file. Line N of each text is line N of the file.
#[derive(Debug)]
pub struct Source {
    /// From the checkout's root, with `/` on every system.
    pub path: String,
    /// The file as it is.
    pub raw: String,
    /// Without comments, the content of strings, and Rust's test modules.
    pub code: String,
    /// Without comments and Rust's test modules.
    pub uncommented: String,
}

impl Source {
    /// Takes a file apart.
    pub fn new(path: &str, raw: &str) -> Self {
        let language = if path.ends_with(".rs") { Language::Rust } else { Language::JavaScript };
        let mut texts = strip::strip(raw, language);
        if language == Language::Rust {
            strip::blank_tests(&mut texts);
        }
        Self { path: path.to_owned(), raw: raw.to_owned(), code: texts.code, uncommented: texts.uncommented }
    }

    /// Rust, as opposed to JavaScript.
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
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
        if is_source && !SKIPPED.iter().any(|skipped| path.contains(skipped)) {
            // The file of a `#[cfg(test)] mod tests;` may panic and print as it likes, as such a module may in place.
            if path.starts_with("src/") && path.ends_with("/tests.rs") {
                continue;
            }
            let raw = fs::read_to_string(&file).with_context(|| format!("{path} is not readable text"))?;
            sources.push(Source::new(&path, &raw));
        }
    }
    Ok(sources)
}
