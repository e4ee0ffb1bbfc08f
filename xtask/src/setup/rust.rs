//! The Rust that compiles the agent for wasm: target and standard-library source by rustup, else Debian's own set.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::apt;
use crate::manifest::Manifest;
use crate::paths::{Paths, on_path};
use crate::run;

const TARGET: &str = "wasm32-unknown-unknown";
/// Debian's security archive keeps a recent Rust under these names for building browsers. It has the library's
/// source, which is all that a build with `-Zbuild-std` wants, and sits beside any other Rust.
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];

/// Which Rust compiles for wasm.
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
        // The flags of a person's environment are for native code; those of the build are set where it is described.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        command
    }

    /// Arguments for a build that takes the standard library as it comes: Debian has no compiled one for wasm.
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
    // Without rustup the two may lie elsewhere on PATH; cargo's own message names what it does not find.
    if missing.is_empty() || on_path("rustup").is_none() { Ok(()) } else { add(manifest, &missing) }
}

/// A part of a toolchain, as rustup deals them out.
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

    /// Where the part shows in a sysroot. Looking is a hundred times quicker than asking rustup.
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
    // Cargo was started by rustup's proxy, which says which toolchain it chose; by hand, the pinned one is meant.
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
