//! Binaryen: removes what nobody calls, shrinks the rest, and validates the result as WebAssembly's first version.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Build;
use super::module::{Kind, Module};
use crate::run;
use crate::stamp::{self, Inputs};

/// What wasm-bindgen's output may use. Never `--all-features`: binaryen then writes encodings that JavaScriptCore refuses.
const FEATURES: &[&str] = &["--mvp-features", "--enable-mutable-globals"];

/// Bytes of a small module after brotli: `-Oz` 4008, `-Oz --converge` 3998, with `--low-memory-unused` 3986, and 3933
/// without custom sections and with the small stack. `--low-memory-unused` holds: nothing lies below address 1024.
/// `--flatten --rereloop` and one more `-Oz` behind them save 70 bytes.
const PASSES: &[&str] = &[
    "--flatten",
    "--rereloop",
    "-Oz",
    "-Oz",
    "--converge",
    "--low-memory-unused",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

pub fn make(build: &Build, bound: &Path, wasm: &Path) -> Result<bool> {
    let flags = [FEATURES, PASSES].concat().join(" ");
    let stamp = Inputs::new()
        .text(&flags)
        .file(bound)?
        .file(&build.paths.at("package-lock.json"))?
        .stamp(build.work().join("stamps/binaryen"));
    if stamp.is_fresh(&[wasm]) {
        return Ok(false);
    }

    let graph = build.work().join("exports.json");
    stamp::write(&graph, reachability(&Module::parse(&fs::read(bound)?)?))?;
    let pruned = build.work().join("pruned.wasm");
    let mut metadce = Command::new(build.paths.npm_bin("wasm-metadce"));
    metadce.args(FEATURES).arg(bound).arg("--graph-file").arg(&graph).arg("--output").arg(&pruned);
    run::quiet("wasm-metadce", &mut metadce)?;

    let mut opt = Command::new(build.paths.npm_bin("wasm-opt"));
    opt.args(FEATURES).args(PASSES).arg(&pruned).arg("--output").arg(wasm);
    run::quiet("wasm-opt", &mut opt)?;

    // Pruning has removed the exported globals, so what ships needs no mutable globals either.
    let mut validate = Command::new(build.paths.npm_bin("wasm-opt"));
    validate.arg("--mvp-features").arg(wasm);
    run::quiet("validation against WebAssembly's first version", &mut validate)
        .context("the module uses instructions that old WebViews and mini-programs refuse")?;
    stamp.write()?;
    Ok(true)
}

/// What JavaScript reaches, in binaryen's form: the memory and our functions. The other exports are removed:
/// wasm-bindgen's two globals (`__abort_handler`, `__instance_terminated`), which mini-programs on iOS cannot load.
fn reachability(module: &Module) -> String {
    let kept = module.exports.iter().filter(|export| matches!(export.kind, Kind::Memory | Kind::Function { .. }));
    let names: Vec<&str> = kept.map(|export| export.name.as_str()).collect();
    let nodes = names.iter().map(|name| json!({"name": name, "export": name}));
    [json!({"name": "javascript", "root": true, "reaches": names})]
        .into_iter()
        .chain(nodes)
        .collect::<Value>()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::module::Export;

    #[test]
    fn only_functions_and_the_memory_are_reached() {
        let exports =
            [("memory", Kind::Memory), ("start", Kind::Function { bigint: false }), ("__abort_handler", Kind::Global)];
        let exports = exports.into_iter().map(|(name, kind)| Export { name: name.to_owned(), kind }).collect();
        let graph: Value = serde_json::from_str(&reachability(&Module { imports: Vec::new(), exports })).unwrap();
        let expected = json!([
            {"name": "javascript", "root": true, "reaches": ["memory", "start"]},
            {"name": "memory", "export": "memory"},
            {"name": "start", "export": "start"},
        ]);
        assert_eq!(graph, expected);
    }
}
