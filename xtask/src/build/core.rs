//! The core that every artifact shares: the agent's Rust as a small WebAssembly module, and the same bytes as text.

use std::path::PathBuf;

use anyhow::Result;

use super::{Build, embed, glue, optimise, step, wasm};

/// The files of the core.
pub struct Core {
    /// The finished module.
    pub wasm: PathBuf,
    /// A JavaScript module whose default export is the module's bytes in hex.
    pub bytes_js: PathBuf,
}

/// rustc, wasm-bindgen, the checks, binaryen, and the text.
pub fn make(build: &Build) -> Result<Core> {
    let compiled = wasm::compile(build)?;
    let core = Core { wasm: build.work().join("core.wasm"), bytes_js: build.work().join("core-bytes.js") };
    let bound = build.work().join("bindgen");
    step("wasm-bindgen", || glue::make(build, &compiled, &bound))?;
    step("binaryen", || optimise::make(build, &bound.join("core_bg.wasm"), &core.wasm))?;
    step("bytes as text", || embed::make(build, &core.wasm, &core.bytes_js))?;
    Ok(core)
}
