//! Compiles the agent crate for wasm, with a standard library of its own: the compiled one that rustup deals out uses
//! instructions that old WebViews and mini-programs refuse, and carries the machinery of panics.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::Build;
use crate::run;
use crate::stamp;

/// `immediate-abort`: a panic is one trap instruction, no message. `mvp`: only what every engine since 2017 knows.
/// Inlining little, and leaving the rest to wasm-opt, weighs least after brotli (measured: thresholds 5 to 225).
/// The stack is 64 KiB instead of 1 MiB: the engine recurses nowhere, and every page that has the agent pays for it. It
/// stands behind the data, whose addresses are then short numbers: 100 bytes after brotli.
const RUSTFLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Ctarget-cpu=mvp \
                         -Ctarget-feature=+mutable-globals -Clink-arg=-zstack-size=65536 -Clink-arg=--no-stack-first \
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
    // The flags above are unstable; the pinned release compiler takes them under this name.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", RUSTFLAGS);
    run::stream_ok("cargo build for wasm", &mut cargo)?;

    let made = build.paths.target().join("wasm32-unknown-unknown/wasm/tracebeam.wasm");
    let bytes = fs::read(&made).with_context(|| format!("cargo left no {}", build.paths.show(&made)))?;
    let copy = build.work().join("compiled.wasm");
    stamp::write(&copy, bytes)?;
    Ok(copy)
}
