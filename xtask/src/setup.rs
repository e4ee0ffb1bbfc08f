//! `cargo xtask setup`: brings what the other verbs need, asks nothing, and is quick when nothing is missing.
//! Each verb calls only the parts that it needs; this verb calls all of them.

mod apt;
mod bindgen;
mod browser;
mod cargo_tool;
mod npm;
mod oldest;
mod rust;
mod trunk;

pub use bindgen::{Bindgen, ensure as bindgen};
pub use browser::{chromium as browser, firefox, jsc};
pub use npm::{check_node as node, ensure as npm, ensure_for_packaging as packaging};
pub use oldest::ensure as oldest;
pub use rust::{WasmRust, ensure as rust, ensure_lints as lints};
pub use trunk::ensure as trunk;

use std::process::ExitCode;

use anyhow::Result;

use crate::manifest::Manifest;
use crate::paths::Paths;

#[derive(Clone)]
pub struct BuildTools {
    /// The Rust that compiles for wasm.
    pub rust: WasmRust,
    /// wasm-bindgen at the crate's version.
    pub bindgen: Bindgen,
}

pub fn main(paths: &Paths) -> Result<ExitCode> {
    let manifest = Manifest::read(paths)?;
    for_build(paths, &manifest)?;
    browser()?;
    jsc();
    trunk(paths)?;
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
