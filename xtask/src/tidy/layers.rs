//! Imports of the agent crate go one way: engine data, engine leaves, `engine::agent`, `host::driver`, `host::exports`.
//! This is what lets a reader understand a file from the files below it, and the engine be tested without a browser.

use super::Finding;
use super::source::Source;

/// The engine's modules, lowest first. A module imports only from rows above its own; two of one row never meet.
/// A module that is not named here is a leaf. `agent`, the conductor, is the last and only one that knows the leaves.
const ENGINE: &[&[&str]] = &[
    &["action", "clock", "dropped", "text"],
    &["ids", "retry", "url"],
    &["propagation"],
    &["context", "event", "rules"],
    &["config", "span"],
    // The leaves: encode, inflight, queue, sampling, timing, …
    &[],
    &["agent"],
];
/// The row of the leaves.
const LEAVES: usize = 5;

/// The host's modules that have a place; all others come before them and know neither.
const HOST: &[&str] = &["driver", "exports"];

/// Reports every import that goes the wrong way.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let modules: Vec<Vec<String>> = sources.iter().filter_map(|source| module_of(&source.path)).collect();
    let mut findings = Vec::new();
    for source in sources {
        let Some(module) = module_of(&source.path) else { continue };
        for (line, path) in paths_in(&source.code, &module) {
            if let Some(message) = fault(&words(&module), &words(&path), &modules) {
                findings.push(Finding { path: source.path.clone(), line, message });
            }
        }
    }
    findings
}

fn fault(from: &[&str], to: &[&str], modules: &[Vec<String>]) -> Option<String> {
    match (from, to) {
        (["engine", ..], ["host", ..]) => {
            Some("the engine never mentions a host: it must build and test anywhere".to_owned())
        }
        (["engine", from, ..], ["engine", to, ..]) if from != to && is_module(&["engine", to], modules) => {
            let (low, high) = (engine_row(to), engine_row(from));
            (low >= high).then(|| {
                let kind = if low == LEAVES && high == LEAVES { "two leaves never meet" } else { "imports go one way" };
                format!("engine::{from} must not import engine::{to}: {kind} (rows in xtask/src/tidy/layers.rs)")
            })
        }
        (["host", from, ..], ["host", to, ..]) if from != to && host_row(to) > host_row(from) => {
            Some(format!("host::{from} must not import host::{to}: adapters get callbacks, they never see the driver"))
        }
        (["host", from, ..], ["engine", "agent", ..]) if host_row(from) == 0 => {
            Some(format!("host::{from} must not import engine::agent: only the driver holds the agent"))
        }
        _ => None,
    }
}

fn engine_row(module: &str) -> usize {
    ENGINE.iter().position(|row| row.contains(&module)).unwrap_or(LEAVES)
}

fn host_row(module: &str) -> usize {
    HOST.iter().position(|name| *name == module).map_or(0, |at| at + 1)
}

fn is_module(path: &[&str], modules: &[Vec<String>]) -> bool {
    modules.iter().any(|module| words(module).starts_with(path))
}

fn words(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

/// `src/engine/url.rs` is `engine::url`, `src/engine/mod.rs` is `engine`.
fn module_of(path: &str) -> Option<Vec<String>> {
    let inner = path.strip_prefix("src/")?.strip_suffix(".rs")?;
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    Some(module)
}

/// Every path that starts at `crate`, `super` or `self`, seen from the crate's root, with its line.
fn paths_in(code: &str, module: &[String]) -> Vec<(usize, Vec<String>)> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((line, token)) = tokens.get(at) {
        let after_path =
            at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|(_, token)| *token == "::");
        if !after_path && matches!(*token, "crate" | "super" | "self") {
            let mut paths = Vec::new();
            tree(&tokens, &mut at, Vec::new(), &mut paths);
            found.extend(paths.iter().filter_map(|path| Some((*line, resolve(path, module)?))));
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one path, or a tree of them in braces, and leaves `at` behind it.
fn tree(tokens: &[(usize, &str)], at: &mut usize, mut path: Vec<String>, found: &mut Vec<Vec<String>>) {
    let token = |at: usize| tokens.get(at).map_or("", |(_, token)| *token);
    loop {
        match token(*at) {
            "{" => {
                *at += 1;
                while !matches!(token(*at), "}" | "") {
                    tree(tokens, at, path.clone(), found);
                    // `as name`, and the comma.
                    while !matches!(token(*at), "," | "}" | "") {
                        *at += 1;
                    }
                    if token(*at) == "," {
                        *at += 1;
                    }
                }
                *at += 1;
                return;
            }
            word if word.starts_with(|char: char| char.is_alphanumeric() || char == '_') => {
                path.push(word.to_owned());
                *at += 1;
                if token(*at) == "::" {
                    *at += 1;
                    continue;
                }
            }
            // `*`, or the end of a path such as `Vec::<T>`; a lone sign is stepped over by the caller.
            _ => {}
        }
        found.push(path);
        return;
    }
}

fn resolve(path: &[String], module: &[String]) -> Option<Vec<String>> {
    let mut base = module.to_vec();
    let mut rest = path;
    while let Some((first, after)) = rest.split_first() {
        match first.as_str() {
            "crate" => base.clear(),
            "self" => {}
            "super" => {
                base.pop()?;
            }
            _ => break,
        }
        rest = after;
    }
    base.extend(rest.iter().cloned());
    Some(base)
}

/// Words, `::`, and single signs, each with its line.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_word = |char: char| char.is_alphanumeric() || char == '_';
            let length = if is_word(first) {
                rest.find(|char| !is_word(char)).unwrap_or(rest.len())
            } else if rest.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let (token, after) = rest.split_at(length);
            found.push((number + 1, token));
            rest = after.trim_start();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks one file beside the modules that it speaks of.
    fn check_one(path: &str, text: &str) -> Vec<Finding> {
        let others = ["agent", "clock", "config/mod", "event", "inflight", "queue", "ids", "text", "url"];
        let mut sources: Vec<_> =
            others.iter().map(|name| Source::new(&format!("src/engine/{name}.rs"), "//! x")).collect();
        sources.push(Source::new(path, text));
        check(&sources)
    }

    #[test]
    fn the_right_way_is_silent() {
        let rows = [
            ("src/engine/inflight.rs", "use super::{clock::Millis, event::{Kind, Outcome as O}};", "leaf on data"),
            ("src/engine/config/fields.rs", "use super::Config; use crate::engine::url;", "a file on its own module"),
            ("src/engine/agent.rs", "use super::{inflight::InFlight, queue::*};", "the conductor on leaves"),
            (
                "src/engine/queue.rs",
                "/// See [`crate::engine::agent`].\npub(crate) fn f(&self) { self.x() }",
                "docs, self",
            ),
            ("src/engine/queue.rs", "#[cfg(test)]\nmod tests { use crate::engine::inflight::X; }", "tests may"),
            ("src/host/driver.rs", "use crate::engine::agent::Agent;", "the driver holds the agent"),
            ("src/host/exports.rs", "use super::driver::with; use crate::engine::agent::End;", "exports on the driver"),
            ("src/host/wire.rs", "use crate::engine::event::Kind;", "an adapter on data"),
            ("gateway/src/store/read.rs", "use crate::host::exports;", "another crate's modules"),
        ];
        for (path, text, reason) in rows {
            assert_eq!(check_one(path, text), [], "{reason}");
        }
    }

    #[test]
    fn the_wrong_way_is_found_with_its_line() {
        let rows = [
            ("src/engine/queue.rs", "//! q\nuse super::inflight::InFlight;", "a leaf on a leaf"),
            ("src/engine/event.rs", "\nuse crate::engine::{clock::Millis, queue::Queue};", "data on a leaf"),
            ("src/engine/ids.rs", "\nuse super::config::Config;", "low data on higher data"),
            (
                "src/engine/queue.rs",
                "\nfn f() -> crate::engine::agent::Agent {}",
                "a leaf on the conductor, without use",
            ),
            ("src/engine/config/fields.rs", "\nuse super::super::queue::Queue;", "two steps up"),
            ("src/engine/url.rs", "\nuse crate::host::driver;", "the engine on the host"),
            ("src/host/wire.rs", "\nuse super::driver::with;", "an adapter on the driver"),
            ("src/host/driver.rs", "\nuse crate::host::exports::start;", "the driver on the exports"),
            ("src/host/browser/fetch.rs", "\nuse crate::engine::agent::Agent;", "an adapter on the agent"),
        ];
        for (path, text, reason) in rows {
            let findings = check_one(path, text);
            assert_eq!(findings.len(), 1, "{reason}: {findings:?}");
            assert_eq!(findings[0].line, 2, "{reason}");
        }
    }
}
