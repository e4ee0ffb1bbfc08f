//! The Rust that compiles for wasm: rustup's, with the target and the standard library's source, else Debian's.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::apt;
use crate::manifest::Manifest;
use crate::paths::{Paths, on_path};
use crate::run;

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's security archive has a recent Rust under these names, for building browsers. It contains the standard
/// library's source, which `-Zbuild-std` needs, and can be installed beside any other Rust.
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasmRust {
    /// The one that runs xtask.
    Current,
    /// The one of Debian's packages.
    Debian,
}

impl WasmRust {
    /// A cargo that builds for wasm.
    pub fn cargo(self, paths: &Paths) -> Command {
        let mut command = match self {
            Self::Current => crate::cargo(paths),
            Self::Debian => {
                let mut command = crate::cargo_from("/usr/bin/cargo".as_ref(), paths);
                command.env("RUSTC", "/usr/bin/rustc").env("RUSTDOC", "/usr/bin/rustdoc").env("RUSTC_BOOTSTRAP", "1");
                command
            }
        };
        // Flags of the environment are for native code. Those of the wasm build are in build/wasm.rs.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command
    }

    /// Arguments for a build with an ordinary standard library: Debian has no compiled one for wasm.
    pub fn std_args(self) -> &'static [&'static str] {
        match self {
            Self::Current => &[],
            Self::Debian => &["-Zbuild-std=std,panic_abort"],
        }
    }
}

/// Finds or installs a Rust for wasm.
pub fn ensure(paths: &Paths, manifest: &Manifest) -> Result<WasmRust> {
    let missing = missing_parts(&sysroot(paths)?, &[&Part::Target, &Part::Source]);
    if missing.is_empty() {
        return Ok(WasmRust::Current);
    }
    if on_path("rustup").is_some() {
        match add(manifest, &missing) {
            Ok(()) => return Ok(WasmRust::Current),
            Err(error) => println!("{error:#}\nrustup could not bring it; looking for the system's own Rust for wasm."),
        }
    }
    if apt::has(DEBIAN_PACKAGES) {
        return Ok(WasmRust::Debian);
    }
    if apt::is_usable() && apt::install(DEBIAN_PACKAGES).inspect_err(|error| println!("{error:#}")).is_ok() {
        return Ok(WasmRust::Debian);
    }
    let names: Vec<_> = missing.iter().map(|part| part.name()).collect();
    apt::cannot(
        &format!("A part of Rust ({})", names.join(", ")),
        &format!(
            "With rustup (https://rustup.rs): rustup toolchain install {channel} --target {TARGET} --component rust-src\n\
             On Debian, as root: apt-get install {debian}",
            channel = manifest.channel,
            debian = DEBIAN_PACKAGES.join(" ")
        ),
    )
}

/// Finds or installs clippy and rustfmt, by rustup where there is one.
pub fn ensure_lints(paths: &Paths, manifest: &Manifest) -> Result<()> {
    let missing = missing_parts(&sysroot(paths)?, &[&Part::Clippy, &Part::Rustfmt]);
    // Without rustup, both may be elsewhere on PATH. If they are not, cargo's message says so.
    if missing.is_empty() || on_path("rustup").is_none() { Ok(()) } else { add(manifest, &missing) }
}

/// A target or a component of rustup's.
enum Part {
    Target,
    Source,
    Clippy,
    Rustfmt,
}

impl Part {
    fn name(&self) -> &'static str {
        match self {
            Self::Target => TARGET,
            Self::Source => "rust-src",
            Self::Clippy => "clippy",
            Self::Rustfmt => "rustfmt",
        }
    }

    /// Where the part is in a sysroot. Looking there is a hundred times quicker than asking rustup.
    fn place(&self) -> &'static str {
        match self {
            Self::Target => "lib/rustlib/wasm32-unknown-unknown/lib",
            Self::Source => "lib/rustlib/src/rust/library/std/src/lib.rs",
            Self::Clippy => "bin/cargo-clippy",
            Self::Rustfmt => "bin/cargo-fmt",
        }
    }
}

fn missing_parts<'a>(sysroot: &Path, parts: &[&'a Part]) -> Vec<&'a Part> {
    parts.iter().copied().filter(|part| !sysroot.join(part.place()).exists()).collect()
}

fn sysroot(paths: &Paths) -> Result<PathBuf> {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--print", "sysroot"]).current_dir(&paths.root);
    run::ask(&mut rustc).map(PathBuf::from).context("rustc does not answer `rustc --print sysroot`")
}

fn add(manifest: &Manifest, parts: &[&Part]) -> Result<()> {
    // rustup's proxy, which started cargo, names the toolchain. Without it, the pinned one is meant.
    let toolchain = env::var("RUSTUP_TOOLCHAIN").unwrap_or_else(|_| manifest.channel.clone());
    for part in parts {
        let kind = if matches!(part, Part::Target) { "target" } else { "component" };
        println!("Adding {} to Rust {toolchain}", part.name());
        let mut rustup = Command::new("rustup");
        rustup.args([kind, "add", "--toolchain", &toolchain, part.name()]);
        run::quiet(&format!("rustup {kind} add {}", part.name()), &mut rustup)?;
    }
    Ok(())
}
