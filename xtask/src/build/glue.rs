//! Runs wasm-bindgen and checks its output. All exports take and return numbers, so pkg-template/js/core starts the module
//! without generated code. A crate or a release of wasm-bindgen that breaks this fails here.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Build;
use super::module::{Export, Kind, Module};
use crate::run;
use crate::stamp::Inputs;

/// What the generated JavaScript must not contain, with the reason.
const FORBIDDEN_GLUE: &[(&str, &str)] = &[
    (
        "new Function",
        "a Content-Security-Policy without unsafe-eval stops it: take js-sys without its unsafe-eval feature",
    ),
    ("eval(", "a Content-Security-Policy without unsafe-eval stops it"),
    ("TextDecoder", "mini-programs have none: pass pointers and lengths, not strings"),
    ("TextEncoder", "mini-programs have none: pass pointers and lengths, not strings"),
    ("externref", "reference types are missing in old WebViews: pass numbers, not JavaScript values"),
    ("BigInt", "missing before iOS 14: pass f64 or two u32, not 64-bit integers"),
    ("import ", "the module must need no JavaScript of other crates"),
];

/// Makes `core_bg.wasm`. The generated JavaScript beside it is read by the checks alone.
pub fn make(build: &Build, compiled: &Path, dir: &Path) -> Result<bool> {
    let (wasm, glue) = (dir.join("core_bg.wasm"), dir.join("core_bg.js"));
    let stamp =
        Inputs::new().text(&build.manifest.wasm_bindgen).file(compiled)?.stamp(build.work().join("stamps/bindgen"));
    if stamp.is_fresh(&[&wasm, &glue]) {
        return Ok(false);
    }
    let mut bindgen = Command::new(build.tools.bindgen.wasm_bindgen());
    bindgen.args(["--target", "bundler", "--no-typescript", "--out-name", "core", "--out-dir"]).arg(dir).arg(compiled);
    run::quiet("wasm-bindgen", &mut bindgen)?;

    let module = Module::parse(&fs::read(&wasm)?)?;
    let glue = fs::read_to_string(&glue).context("wasm-bindgen left no glue")?;
    let faults = [faults_of_module(&module), faults_of_glue(&glue)].concat();
    if !faults.is_empty() {
        bail!("the module is not one that pkg-template/js/core can start:\n  {}", faults.join("\n  "));
    }
    stamp.write()?;
    Ok(true)
}

fn faults_of_module(module: &Module) -> Vec<String> {
    let imports = module.imports.iter().map(|import| format!("it imports {import}; it must import nothing"));
    let exports = module.exports.iter().filter_map(|Export { name, kind }| match kind {
        Kind::Function { bigint: true } => {
            Some(format!("export {name} takes or returns a 64-bit integer, which old engines lack"))
        }
        Kind::Function { .. } if name.starts_with("__") => {
            Some(format!("export {name} belongs to generated glue; exports must be numeric only"))
        }
        _ => None,
    });
    imports.chain(exports).collect()
}

fn faults_of_glue(glue: &str) -> Vec<String> {
    FORBIDDEN_GLUE
        .iter()
        .filter(|(word, _)| glue.contains(word))
        .map(|(word, reason)| format!("its generated glue has `{}`: {reason}", word.trim()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn export(name: &str, kind: Kind) -> Module {
        Module { imports: Vec::new(), exports: vec![Export { name: name.to_owned(), kind }] }
    }

    #[test]
    fn numeric_exports_and_no_import_are_what_is_wanted() {
        assert!(faults_of_module(&export("start", Kind::Function { bigint: false })).is_empty());
        assert!(faults_of_module(&export("__abort_handler", Kind::Global)).is_empty(), "binaryen removes it");
        assert!(faults_of_glue("let wasm;\nexport function __wbg_set_wasm(val) { wasm = val; }").is_empty());
    }

    #[test]
    fn each_breach_is_named() {
        let import = Module { imports: vec!["./core_bg.js.__wbg_now".to_owned()], exports: Vec::new() };
        assert!(faults_of_module(&import).concat().contains("__wbg_now"));
        assert!(faults_of_module(&export("ids", Kind::Function { bigint: true })).concat().contains("64-bit"));
        assert!(
            faults_of_module(&export("__wbindgen_malloc", Kind::Function { bigint: false })).concat().contains("glue")
        );
        for (word, _) in FORBIDDEN_GLUE {
            assert_eq!(faults_of_glue(&format!("x = {word}")).len(), 1, "{word}");
        }
    }
}
