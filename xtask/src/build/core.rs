//! The core that all artifacts share: the agent's Rust as a WebAssembly module, the module's bytes as text, and the
//! module as JavaScript.

use std::path::PathBuf;

use anyhow::Result;

use super::{Build, embed, glue, javascript, miniapp, optimise, step, wasm};

/// The files of the core.
pub struct Core {
    /// The finished module.
    pub wasm: PathBuf,
    /// A JavaScript module whose default export is the module's bytes as text (digits.rs).
    pub bytes_js: PathBuf,
    /// A JavaScript module that exports the function `core`: the module without WebAssembly.
    pub javascript: PathBuf,
}

/// rustc, wasm-bindgen, the checks, binaryen, and the text.
pub fn make(build: &Build) -> Result<Core> {
    let compiled = wasm::compile(build)?;
    let at = |name: &str| build.work().join(name);
    let core = Core { wasm: at("core.wasm"), bytes_js: at("core-bytes.js"), javascript: at("core-javascript.js") };
    let bound = build.work().join("bindgen");
    step("wasm-bindgen", || glue::make(build, &compiled, &bound))?;
    step("binaryen", || optimise::make(build, &bound.join("core_bg.wasm"), &core.wasm))?;
    step("bytes as text", || embed::make(build, &core.wasm, &core.bytes_js))?;
    // Mini-programs take CommonJS, and so does the test that compares both cores.
    let commonjs = at("core.cjs");
    let forms = javascript::Forms { module: &core.javascript, commonjs: &commonjs };
    if build.features.is_empty() || build.features == miniapp::FEATURE {
        step("wasm2js", || javascript::make(build, &core.wasm, &forms))?;
    }
    Ok(core)
}
