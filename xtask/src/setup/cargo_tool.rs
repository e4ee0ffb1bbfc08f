//! Command-line tools that cargo compiles for this checkout.

use anyhow::Result;

use crate::paths::Paths;
use crate::run;

/// A tool, and how it is compiled.
pub struct Tool<'a> {
    /// Its crate.
    pub name: &'a str,
    pub version: &'a str,
    /// Further arguments of `cargo install`.
    pub args: &'a [&'a str],
    pub optimise: bool,
}

/// Compiles it into the checkout's tools, with the versions of its own lock file if the registry has them all.
pub fn install(paths: &Paths, tool: &Tool) -> Result<()> {
    if let Err(error) = attempt(paths, tool, &["--locked"]) {
        // A registry mirror may not have every version that the tool's own lock file names.
        println!("{error:#}\nTrying again with the versions that the registry has");
        attempt(paths, tool, &[])?;
    }
    // Hundreds of megabytes that nothing reads again. If they cannot be removed, nothing is broken.
    let _ = std::fs::remove_dir_all(paths.tools().join("build"));
    Ok(())
}

fn attempt(paths: &Paths, tool: &Tool, lock: &[&str]) -> Result<()> {
    let mut cargo = crate::cargo(paths);
    cargo
        .args(["install", tool.name, "--force", "--version", &format!("={}", tool.version)])
        .args(lock)
        .args(tool.args);
    cargo.arg("--root").arg(paths.tools());
    // Not in a temporary directory: an interrupted build goes on where it stopped.
    cargo.arg("--target-dir").arg(paths.tools().join("build"));
    // It runs for moments per build, so it is compiled quickly rather than well.
    let level = if tool.optimise { "1" } else { "0" };
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", level).env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    cargo.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_STRIP", "true");
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    run::stream_ok(&format!("cargo install {}", tool.name), &mut cargo)
}
