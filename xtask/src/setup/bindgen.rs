//! wasm-bindgen's command-line tools, at exactly the version of the crate: other versions refuse the module.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::cargo_tool::{self, Tool};
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
    let tool = Tool {
        name: "wasm-bindgen-cli",
        version,
        args: &["--bin", "wasm-bindgen", "--bin", "wasm-bindgen-test-runner"],
        optimise: true,
    };
    cargo_tool::install(paths, &tool)?;
    Ok(Bindgen { dir: own })
}

fn is_version(program: &Path, version: &str) -> bool {
    run::ask(Command::new(program).arg("--version"))
        .is_some_and(|answer| answer.split_whitespace().any(|word| word == version))
}
