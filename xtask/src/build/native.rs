//! The programs that run beside the agent: the gateway and the demo's backend services.

use anyhow::Result;

use super::Build;
use crate::run;

/// Runs cargo, which knows best what changed.
pub fn make(build: &Build) -> Result<()> {
    println!("  compiling the gateway and the demo's services");
    let mut cargo = crate::cargo(&build.paths);
    cargo.args(["build", "--release", "--package", "tracebeam-gateway", "--package", "tracebeam-demo"]);
    run::stream_ok("cargo build --release", &mut cargo)
}
