//! trunk, which builds the applications in examples/ as their authors would.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::cargo_tool::{self, Tool};
use crate::paths::{Paths, on_path};
use crate::run;

/// The last release whose oldest Rust is older than the pinned one.
const VERSION: &str = "0.21.14";

/// Takes the trunk of this checkout or of PATH, whichever is there; else compiles it.
pub fn ensure(paths: &Paths) -> Result<PathBuf> {
    let own = paths.tools().join("bin/trunk");
    let found = [Some(own.clone()), on_path("trunk")].into_iter().flatten();
    for trunk in found {
        if run::ask(Command::new(&trunk).arg("--version")).is_some() {
            return Ok(trunk);
        }
    }
    println!("Compiling trunk {VERSION} (once per checkout; two to three minutes on two cores)");
    // It downloads nothing here, so it has no TLS; and it does little itself, so it is not optimised.
    let tool = Tool { name: "trunk", version: VERSION, args: &["--no-default-features"], optimise: false };
    cargo_tool::install(paths, &tool)?;
    Ok(own)
}
