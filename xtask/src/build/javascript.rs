//! The core without WebAssembly: binaryen's wasm2js writes the finished module as JavaScript, and this file turns that into
//! the form that ships. Mini-programs take the same form as browsers.
//!
//! When a WebAssembly memory grows, its old buffer is detached. Here the old buffer stays readable, with stale content:
//! pkg-template/js/core/memory.js therefore compares buffers, and tests/js/core.test.mjs makes the memory grow.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::segments::Data;
use super::{Build, terser};
use crate::run;
use crate::stamp::{self, Inputs};

/// Measured on a module that had `-Oz` before: `-O0` 23.9 kB, `-O1` 21.4, `-O2` 21.2, `-O3` and `-Oz` 20.65.
const LEVEL: &str = "-Oz";

/// wasm2js declares these whether they are used or not. A minifier keeps them, since their values come from calls.
const DECLARED: &[&str] = &["HEAP", "Math_", "f32Scratch"];

/// How wasm2js writes a data segment. The data themselves are read from the module.
const SEGMENT: &str = "base64DecodeToExistingUint8Array(bufferView, ";

/// How terser's output begins.
const EXPORT: &str = "export function core";

/// The core in the forms that bundles take.
pub struct Forms<'a> {
    /// An ES module that exports `core`, a function that returns a new instance: the module's exports, `memory` among them.
    pub module: &'a Path,
    /// The same function as a CommonJS file, ES5 throughout, short.
    pub commonjs: &'a Path,
}

pub fn make(build: &Build, wasm: &Path, forms: &Forms<'_>) -> Result<bool> {
    let stamp = Inputs::new()
        .text(LEVEL)
        .file(wasm)?
        .file(&build.paths.at("package-lock.json"))?
        .stamp(build.work().join("stamps/javascript"));
    if stamp.is_fresh(&[forms.module, forms.commonjs]) {
        return Ok(false);
    }
    let raw = build.work().join("wasm2js.js");
    let mut wasm2js = Command::new(build.paths.npm_bin("wasm2js"));
    wasm2js.arg(LEVEL).arg(wasm).arg("--output").arg(&raw);
    run::quiet("wasm2js", &mut wasm2js)?;

    let text = fs::read_to_string(&raw).context("wasm2js left nothing")?;
    let function = reshape(&text, &Data::of(&fs::read(wasm)?)?)?;
    let long = build.work().join("core-long.js");
    stamp::write(&long, format!("export {function}\n"))?;
    run::quiet("terser", &mut terser::shorten_core(build, &long, forms.module))?;
    let short = fs::read_to_string(forms.module)?;
    let short = short.trim().strip_prefix(EXPORT).context("terser wrote the core's export in another way")?;
    stamp::write(forms.commonjs, format!("\"use strict\";module.exports=function{short};\n"))?;
    stamp.write()?;
    Ok(true)
}

/// Makes one function `core()` of wasm2js's ES module. A release of binaryen that writes another form fails here, and not
/// in a page.
fn reshape(raw: &str, data: &Data) -> Result<String> {
    if raw.contains("import ") {
        bail!("wasm2js's output imports something");
    }
    let (_, rest) =
        raw.split_once("\nfunction initActiveSegments(imports) {\n").context("wasm2js's output has no data")?;
    let (segments, rest) = rest.split_once("\n}\n").context("wasm2js's data do not end")?;
    if !segments.lines().all(|line| line.trim_start().starts_with(SEGMENT)) {
        bail!("wasm2js fills the memory with something else than the module's data");
    }
    // The trap, and helpers that some modules need.
    let (helpers, body) =
        rest.split_once("function asmFunc(imports) {\n").context("wasm2js's output has no asmFunc")?;
    let (body, _) = body.split_once("\nvar retasmFunc = asmFunc(").context("wasm2js's output calls no asmFunc")?;
    if !helpers.contains("function wasm2js_trap() {") {
        bail!("wasm2js's output has no trap");
    }
    let body = [helpers, body].concat();
    let body = without_unused(&body)
        // The index of a byte: the sum of an address and an offset is an integer below 2^32 as it is.
        .replace(" | 0]", "]")
        .replace("bufferView = HEAPU8;\n", "\n")
        .replace(" initActiveSegments(imports);\n", &data.filling());
    let body = plain_memory(&body)?;
    for left in ["bufferView", "imports", "retasmFunc", "initActiveSegments", "base64"] {
        if body.contains(left) {
            bail!("wasm2js's output still speaks of {left}: xtask/src/build/javascript.rs knows another form of it");
        }
    }
    Ok(format!("function core() {{\n{}", body.trim()))
}

/// The exported memory as an object that has a buffer. It needs no `grow`: only the module itself grows it.
fn plain_memory(body: &str) -> Result<String> {
    let (before, rest) = body.split_once("\"memory\": Object.create(").context("wasm2js's output has no memory")?;
    let (_, after) = rest.split_once("\n  }), \n").context("wasm2js's memory ends elsewhere")?;
    Ok(format!("{before}\"memory\": {{ get buffer() {{ return buffer; }} }},\n{after}"))
}

/// Removes views and Math functions that are only assigned: at their declaration, and when the memory grows.
fn without_unused(body: &str) -> String {
    let name = |line: &str| {
        let (name, made) = line.trim_start().trim_start_matches("var ").split_once(" = ")?;
        let ours = made.starts_with("new ") || made.starts_with("Math.");
        (ours && DECLARED.iter().any(|kind| name.starts_with(kind))).then(|| name.to_owned())
    };
    let count = |name: &str| body.match_indices(name).filter(|(at, _)| !continues(body, at + name.len())).count();
    let declarations = |wanted: &str| body.lines().filter(|line| name(line).as_deref() == Some(wanted)).count();
    let unused = |line: &&str| name(line).is_some_and(|name| count(&name) == declarations(&name));
    body.lines().filter(|line| !unused(line)).collect::<Vec<_>>().join("\n")
}

fn continues(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &str = r#"
  var bufferView;
function initActiveSegments(imports) {
  base64DecodeToExistingUint8Array(bufferView, 8, "aGk=");
}
function wasm2js_trap() { throw new Error('abort'); }

function asmFunc(imports) {
 var buffer = new ArrayBuffer(65536);
 var HEAP8 = new Int8Array(buffer);
 var HEAPF32 = new Float32Array(buffer);
 var HEAPU8 = new Uint8Array(buffer);
 var Math_imul = Math.imul;
 var Math_abs = Math.abs;
 function $0($0_1) {
  return Math_imul(HEAP8[$0_1 | 0], 3);
 }

 bufferView = HEAPU8;
 initActiveSegments(imports);
 function __wasm_memory_grow(pagesToAdd) {
   HEAPF32 = new Float32Array(newBuffer);
   HEAPU8 = new Uint8Array(newBuffer);
   buffer = newBuffer;
   bufferView = HEAPU8;
  }

 return {
  "memory": Object.create(Object.prototype, {
   "grow": {
    "value": __wasm_memory_grow
   }
   
  }), 
  "input": $0
 };
}

var retasmFunc = asmFunc({
});
export var input = retasmFunc.input;
"#;

    fn data() -> Data {
        Data::of(b"\0asm\x01\0\0\0\x0b\x08\x01\x00\x41\x08\x0b\x02hi").unwrap()
    }

    #[test]
    fn one_function_without_what_it_does_not_use() {
        let js = reshape(RAW, &data()).unwrap();
        assert!(js.starts_with("function core() {\nfunction wasm2js_trap()"), "{js}");
        assert!(js.ends_with("\"input\": $0\n };\n}"), "{js}");
        for gone in ["HEAPF32", "Math_abs", "imports", "\"grow\"", "export"] {
            assert!(!js.contains(gone), "{gone} in {js}");
        }
        for kept in ["Math_imul = ", "HEAP8 = ", "HEAPU8 = new Uint8Array(newBuffer)", "get buffer()", "\"hi\""] {
            assert!(js.contains(kept), "{kept} is missing in {js}");
        }
    }

    #[test]
    fn another_form_of_output_is_refused() {
        for (from, to) in [
            ("initActiveSegments(imports);\n function", "initAll(imports);\n function"),
            ("asmFunc(imports) {", "asmFunc(env) {"),
            ("function wasm2js_trap() {", "function trap() {"),
            ("Object.create(", "Object.assign("),
            ("base64DecodeToExistingUint8Array(bufferView, 8", "decode(bufferView, 8"),
            ("\n  var bufferView", "import { log } from 'env';\n  var bufferView"),
        ] {
            assert!(RAW.contains(from), "{from}");
            assert!(reshape(&RAW.replace(from, to), &data()).is_err(), "{to}");
        }
    }
}
