//! wasm-bindgen's command-line tools, at exactly the version of the crate: other versions refuse the module.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::manifest::Manifest;
use crate::paths::{Paths, on_path};
use crate::run;

#[derive(Clone)]
pub struct Bindgen {
    dir: PathBuf,
}

impl Bindgen {
    /// Makes the final module and its glue.
    pub fn wasm_bindgen(&self) -> PathBuf {
        self.dir.join("wasm-bindgen")
    }

    /// Runs wasm tests in a browser.
    pub fn test_runner(&self) -> PathBuf {
        self.dir.join("wasm-bindgen-test-runner")
    }
}

/// Takes the tools of this checkout, or those on PATH, if they have the version; else compiles them.
pub fn ensure(paths: &Paths, manifest: &Manifest) -> Result<Bindgen> {
    let version = &manifest.wasm_bindgen;
    let own = paths.tools().join("bin");
    let from_path = on_path("wasm-bindgen").and_then(|file| file.parent().map(Path::to_path_buf));
    for dir in [Some(own.clone()), from_path].into_iter().flatten() {
        let found = Bindgen { dir };
        if is_version(&found.wasm_bindgen(), version) && is_version(&found.test_runner(), version) {
            return Ok(found);
        }
    }
    println!("Compiling wasm-bindgen-cli {version} (once per checkout; two to three minutes on two cores)");
    if let Err(error) = install(paths, version, &["--locked"]) {
        // A registry mirror may not have every version that the tool's own lock file names.
        println!("{error:#}\nTrying again with the versions that the registry has");
        install(paths, version, &[])?;
    }
    // Hundreds of megabytes that nothing reads again. If they cannot be removed, nothing is broken.
    let _ = std::fs::remove_dir_all(paths.tools().join("build"));
    Ok(Bindgen { dir: own })
}

fn install(paths: &Paths, version: &str, lock: &[&str]) -> Result<()> {
    let mut cargo = crate::cargo(paths);
    cargo.args(["install", "wasm-bindgen-cli", "--force", "--version", &format!("={version}")]).args(lock);
    cargo.args(["--bin", "wasm-bindgen", "--bin", "wasm-bindgen-test-runner"]);
    cargo.arg("--root").arg(paths.tools());
    // Not in a temporary directory: an interrupted build goes on where it stopped.
    cargo.arg("--target-dir").arg(paths.tools().join("build"));
    // It runs for milliseconds per build, so it is compiled quickly rather than well.
    cargo.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1").env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    run::stream_ok("cargo install wasm-bindgen-cli", &mut cargo)
}

fn is_version(program: &Path, version: &str) -> bool {
    run::ask(Command::new(program).arg("--version"))
        .is_some_and(|answer| answer.split_whitespace().any(|word| word == version))
}
