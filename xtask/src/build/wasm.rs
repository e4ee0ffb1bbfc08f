//! Compiles the agent crate for wasm, together with the standard library: rustup's compiled one uses instructions that old
//! WebViews and mini-programs refuse, and contains the machinery of panics.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Build;
use crate::run;
use crate::stamp;

/// `immediate-abort`: a panic is one trap instruction without a message. `mvp`: only what every engine since 2017 knows.
/// A low inline threshold, with wasm-opt behind it, is smallest after brotli (measured: thresholds 5 to 225).
/// The stack is 64 KiB instead of 1 MiB: the engine recurses nowhere, and every page pays for the stack. It lies in front
/// of the data, so that an overflow traps. Behind the data it would save 96 bytes, and an overflow would overwrite them.
const RUSTFLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Ctarget-cpu=mvp \
                         -Ctarget-feature=+mutable-globals -Clink-arg=-zstack-size=65536 \
                         -Cllvm-args=-inline-threshold=25";

/// Runs cargo, which knows best what changed. Returns a copy of the module that no other build overwrites.
pub fn compile(build: &Build) -> Result<PathBuf> {
    println!("  compiling the agent for wasm");
    let mut cargo = build.tools.rust.cargo(&build.paths);
    cargo.args(["build", "--package", "tracebeam", "--lib", "--profile", "wasm"]);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    cargo.args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
    if !build.features.is_empty() {
        cargo.args(["--features", &build.features]);
    }
    // The flags above are unstable. With this variable the pinned release compiler takes them.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", RUSTFLAGS);
    run::stream_ok("cargo build for wasm", &mut cargo)?;

    let made = build.paths.target().join("wasm32-unknown-unknown/wasm/tracebeam.wasm");
    let bytes = fs::read(&made).with_context(|| format!("cargo left no {}", build.paths.show(&made)))?;
    let copy = build.work().join("compiled.wasm");
    stamp::write(&copy, bytes)?;
    Ok(copy)
}
