//! The npm packages of the lock file: the tools of the build, of the lints and of the browser tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths::Paths;
use crate::run;
use crate::stamp::Inputs;

/// The oldest Node whose test runner has what the tests use.
const OLDEST_NODE: (u32, u32) = (20, 10);

/// The packages at the root.
pub fn ensure(paths: &Paths) -> Result<()> {
    let tools = ["esbuild", "terser", "wasm-opt"].map(|name| paths.npm_bin(name));
    if !install(&paths.root, &["ci"], &tools)? {
        return Ok(());
    }
    run::quiet("esbuild --version", Command::new(paths.npm_bin("esbuild")).arg("--version"))
        .context("esbuild is installed but does not start")?;
    Ok(())
}

/// The bundlers and frameworks of the packaging tests: half a gigabyte, which nobody else needs.
pub fn ensure_for_packaging(paths: &Paths) -> Result<()> {
    let dir = paths.at("tests/pkg");
    let tools = ["vite", "next", "parcel", "tsc"].map(|name| dir.join("node_modules/.bin").join(name));
    // `npm ci` wants the binaries of every platform in the lock file, and not every registry has them.
    install(&dir, &["install", "--no-save"], &tools).map(drop)
}

/// Runs npm if node_modules was made from another lock file. Returns whether it did.
fn install(dir: &Path, verb: &[&str], tools: &[PathBuf]) -> Result<bool> {
    check_node()?;
    // The stamp lives inside, so that deleting node_modules deletes it too.
    let stamp = Inputs::new()
        .file(&dir.join("package.json"))?
        .file(&dir.join("package-lock.json"))?
        .stamp(dir.join("node_modules/.tracebeam-stamp"));
    if stamp.is_fresh(&tools.iter().map(PathBuf::as_path).collect::<Vec<_>>()) {
        return Ok(false);
    }
    println!("Installing the npm packages of {}", dir.join("package-lock.json").display());
    let mut npm = Command::new("npm");
    // No install scripts: npm would ask about them, and esbuild finds its binary without one.
    npm.args(verb).args(["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]).current_dir(dir);
    run::quiet("npm", &mut npm)?;
    stamp.write()?;
    Ok(true)
}

/// An error if Node.js is missing or too old.
pub fn check_node() -> Result<()> {
    let how = format!(
        "Install Node.js {}.{} or newer, with npm: https://nodejs.org, or your system's packages nodejs and npm.",
        OLDEST_NODE.0, OLDEST_NODE.1
    );
    let Some(version) = run::ask(Command::new("node").arg("--version")) else {
        bail!("Node.js is missing: `node` is not on PATH.\n{how}");
    };
    match parse(&version) {
        Some(version) if version >= OLDEST_NODE => {}
        _ => bail!("Node.js {version} is too old.\n{how}"),
    }
    if crate::paths::on_path("npm").is_none() {
        bail!("npm is missing.\n{how}");
    }
    Ok(())
}

fn parse(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.strip_prefix('v')?.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_says_its_version_with_a_v() {
        assert_eq!(parse("v20.20.2"), Some((20, 20)));
        assert!(parse("v9.0.0") < Some(OLDEST_NODE) && parse("v22.1.0") > Some(OLDEST_NODE));
        assert_eq!(parse("20.1"), None);
    }
}
