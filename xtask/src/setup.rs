//! `cargo xtask setup`: brings what the other verbs need, asks nothing, and is quick when nothing is missing.
//! Each verb calls only the parts that it needs; this verb calls all of them.

mod apt;
mod bindgen;
mod browser;
mod jsc;
mod npm;
mod rust;

pub use bindgen::Bindgen;
pub use browser::{Browser, firefox};
pub use jsc::find_or_install as jsc;
pub use rust::WasmRust;

use std::process::ExitCode;

use anyhow::Result;

use crate::manifest::Manifest;
use crate::paths::Paths;

/// What the build needs.
#[derive(Clone)]
pub struct BuildTools {
    /// The Rust that compiles for wasm.
    pub rust: WasmRust,
    /// wasm-bindgen at the crate's version.
    pub bindgen: Bindgen,
}

/// Everything.
pub fn main(paths: &Paths) -> Result<ExitCode> {
    let manifest = Manifest::read(paths)?;
    for_build(paths, &manifest)?;
    browser()?;
    jsc();
    println!("Everything is in place. Next: cargo xtask demo, or cargo xtask test");
    Ok(ExitCode::SUCCESS)
}

/// Rust for wasm, wasm-bindgen, and the npm packages.
pub fn for_build(paths: &Paths, manifest: &Manifest) -> Result<BuildTools> {
    let rust = rust(paths, manifest)?;
    npm(paths)?;
    let bindgen = bindgen(paths, manifest)?;
    Ok(BuildTools { rust, bindgen })
}

/// Rust with the wasm target and the standard library's source.
pub fn rust(paths: &Paths, manifest: &Manifest) -> Result<WasmRust> {
    rust::ensure(paths, manifest)
}

/// clippy and rustfmt for the pinned toolchain.
pub fn lints(paths: &Paths, manifest: &Manifest) -> Result<()> {
    rust::ensure_lints(paths, manifest)
}

/// wasm-bindgen's command-line tools.
pub fn bindgen(paths: &Paths, manifest: &Manifest) -> Result<Bindgen> {
    bindgen::ensure(paths, manifest)
}

/// Node's packages of the lock file.
pub fn npm(paths: &Paths) -> Result<()> {
    npm::ensure(paths)
}

/// The bundlers and frameworks of the packaging tests.
pub fn packaging(paths: &Paths) -> Result<()> {
    npm::ensure_for_packaging(paths)
}

/// Chromium and its driver.
pub fn browser() -> Result<Browser> {
    browser::ensure()
}
