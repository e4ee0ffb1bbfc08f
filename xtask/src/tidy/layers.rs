//! Imports of the agent crate go one way: `door`, engine data, engine leaves, `engine::agent`, `host::driver`, `host::exports`.
//! So a reader understands a file from the files below it, and the engine can be tested without a browser.
//! eslint.config.mjs has the same rule for pkg-template/js.

use super::Finding;
use super::source::Source;

/// The engine's modules, lowest first. A module imports only from the rows above its own; two modules of one row never
/// import each other. A module that is not named here is a leaf. Only `agent`, the conductor, may import leaves.
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

/// The host's upper modules, in this order. All other modules of the host are below both.
const HOST: &[&str] = &["driver", "exports"];

/// The only file that speaks to wasm-bindgen: what it exports is the module's whole surface.
const EXPORTS: &str = "src/host/exports.rs";

/// Reports every import that goes the wrong way.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let modules: Vec<_> = sources.iter().filter_map(|source| module_of(&source.path)).collect();
    let mut findings = Vec::new();
    for source in sources {
        let Some(module) = module_of(&source.path) else { continue };
        let mut report = |line, message| findings.push(Finding { path: source.path.clone(), line, message });
        for (line, path) in imports(source, &module) {
            if let Some(message) = fault(&module, &path, &modules) {
                report(line, message);
            }
        }
        let bindgen = source.code().find(|(_, code)| source.path != EXPORTS && code.contains("wasm_bindgen"));
        if let Some((line, _)) = bindgen {
            report(line, format!("`wasm_bindgen` belongs in {EXPORTS}: the whole exported surface is one file"));
        }
    }
    findings
}

type Path<'a> = Vec<&'a str>;

fn fault(from: &Path<'_>, to: &Path<'_>, modules: &[Path<'_>]) -> Option<String> {
    match (from.as_slice(), to.as_slice()) {
        (["door", ..], ["engine" | "host", ..]) => {
            Some("door imports nothing: the engine and the host both stand on it".to_owned())
        }
        (["engine", ..], ["host", ..]) => {
            Some("the engine never mentions a host: it must build and test anywhere".to_owned())
        }
        (["engine", from, ..], ["engine", to, ..])
            if from != to && modules.iter().any(|module| module.starts_with(&["engine", to])) =>
        {
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

/// `src/engine/url.rs` is `engine::url`, `src/engine/mod.rs` is `engine`.
fn module_of(path: &str) -> Option<Path<'_>> {
    let mut module: Path<'_> = path.strip_prefix("src/")?.strip_suffix(".rs")?.split('/').collect();
    module.pop_if(|last| matches!(*last, "mod" | "lib"));
    Some(module)
}

/// Every path that starts at `crate` or `super`, from the crate's root, with the line that it starts on.
fn imports<'a>(source: &'a Source, module: &Path<'a>) -> Vec<(usize, Path<'a>)> {
    let tokens: Vec<(usize, &str)> =
        source.code().flat_map(|(number, line)| tokens(line).map(move |token| (number, token))).collect();
    let mut found = Vec::new();
    for (at, (line, token)) in tokens.iter().enumerate() {
        let base = match *token {
            "crate" => Vec::new(),
            // `super::super` is read from its first word.
            "super" if !matches!(at.checked_sub(3).and_then(|at| tokens.get(at)), Some((_, "super"))) => module.clone(),
            _ => continue,
        };
        let mut paths = Vec::new();
        let mut rest = tokens.iter().skip(at).map(|(_, token)| *token).peekable();
        tree(&mut rest, base, &mut paths);
        found.extend(paths.into_iter().map(|path| (*line, path)));
    }
    found
}

/// Reads one path, or the paths in braces behind their common beginning.
fn tree<'a>(
    tokens: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>,
    mut path: Path<'a>,
    found: &mut Vec<Path<'a>>,
) {
    while let Some(token) = tokens.next_if(|token| is_word(token) || *token == "{") {
        match token {
            "{" => {
                while tokens.peek().is_some_and(|token| *token != "}") {
                    tree(tokens, path.clone(), found);
                    // `as name`, and the comma.
                    while tokens.next_if(|token| !matches!(*token, "," | "}")).is_some() {}
                    tokens.next_if_eq(&",");
                }
                tokens.next();
                return;
            }
            "crate" => {}
            "self" => break,
            "super" => _ = path.pop(),
            name => path.push(name),
        }
        if !(tokens.next_if_eq(&":").is_some() && tokens.next_if_eq(&":").is_some()) {
            break;
        }
    }
    found.push(path);
}

fn is_word(token: &str) -> bool {
    token.starts_with(|char: char| char.is_alphanumeric() || char == '_')
}

/// Words, and single signs.
fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let ends = |char: char| !char.is_alphanumeric() && char != '_';
    line.split_inclusive(ends)
        .flat_map(move |piece| {
            let sign =
                piece.char_indices().next_back().filter(|(_, char)| ends(*char)).map_or(piece.len(), |(at, _)| at);
            [piece.get(..sign), piece.get(sign..)]
        })
        .flatten()
        .filter(|token| !token.trim().is_empty())
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
            (
                "src/engine/queue.rs",
                "fn f() {}\n#[cfg(test)]\nmod tests { use crate::engine::inflight::X; }",
                "tests may",
            ),
            ("src/host/driver.rs", "use crate::engine::agent::Agent;", "the driver holds the agent"),
            ("src/host/exports.rs", "use super::driver::with; use crate::engine::agent::End;", "exports on the driver"),
            ("src/host/exports.rs", "use wasm_bindgen::prelude::wasm_bindgen;", "the export file"),
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
            (
                "src/engine/event.rs",
                "\nuse crate::{\n    engine::{\n        clock::Millis,\n        queue,\n    },\n};",
                "on many lines",
            ),
            ("src/engine/ids.rs", "\nuse super::config::Config;", "low data on higher data"),
            (
                "src/engine/queue.rs",
                "\nfn f() -> crate::engine::agent::Agent {}",
                "a leaf on the conductor, without use",
            ),
            ("src/engine/config/fields.rs", "\nuse super::super::queue::Queue;", "two steps up"),
            ("src/door.rs", "\nuse crate::engine::url;", "the door on the engine"),
            ("src/engine/url.rs", "\nuse crate::host::driver;", "the engine on the host"),
            ("src/host/wire.rs", "\nuse super::driver::with;", "an adapter on the driver"),
            ("src/host/driver.rs", "\nuse crate::host::exports::start;", "the driver on the exports"),
            ("src/host/wire.rs", "\nuse crate::engine::agent::Agent;", "an adapter on the agent"),
            ("src/host/wire.rs", "\nuse wasm_bindgen::JsValue;", "another file on wasm-bindgen"),
        ];
        for (path, text, reason) in rows {
            let findings = check_one(path, text);
            assert_eq!(findings.len(), 1, "{reason}: {findings:?}");
            assert_eq!(findings[0].line, 2, "{reason}");
        }
    }
}
