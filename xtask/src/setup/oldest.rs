//! The oldest Rust that the crate tracebeam-web supports, brought by rustup.

use std::process::Command;

use anyhow::Result;

use crate::paths::on_path;
use crate::run;

/// Installs this version. False where there is no rustup, or where it cannot bring it; the reason is printed.
pub fn ensure(version: &str) -> Result<bool> {
    if on_path("rustup").is_none() {
        println!("Without rustup there is only one Rust here");
        return Ok(false);
    }
    if run::ask(Command::new("rustup").args(["run", version, "rustc", "--version"])).is_some() {
        return Ok(true);
    }
    println!("Installing Rust {version} beside the pinned one");
    let mut rustup = Command::new("rustup");
    rustup.args(["toolchain", "install", version, "--profile", "minimal", "--no-self-update"]);
    rustup.args(["--target", "wasm32-unknown-unknown"]);
    let ended = run::finish("rustup toolchain install", &mut rustup)?;
    if !ended.success {
        println!("rustup cannot bring Rust {version}:\n{}", ended.text.trim_end());
    }
    Ok(ended.success)
}
