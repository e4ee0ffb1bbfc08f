//! `cargo xtask collector`: gateways before a real OpenTelemetry Collector and a real Jaeger, with the configuration files of
//! docs/scaling.md. Not part of CI: both are built from source by Go, which takes a quarter of an hour once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::build;
use crate::paths::{Paths, on_path};
use crate::{run, setup};

/// The Collector's sources and its locked dependencies.
const OTELCOL: &str = "tests/collector/otelcol";

/// Jaeger's module locks its own dependencies. It replaces one of them, so `go install` refuses it.
const JAEGER: &str = "github.com/jaegertracing/jaeger@v1.76.0";

pub fn main(paths: &Paths) -> Result<ExitCode> {
    let browser = setup::browser()?;
    build::run(paths, &build::Options::default())?;
    let go = on_path("go")
        .context("Go is missing: install Go 1.25 or newer, from https://go.dev/dl or Debian's backports")?;
    otelcol(paths, &go)?;
    jaeger(paths, &go)?;
    let mut node = Command::new("node");
    node.current_dir(&paths.root).args(["--test", "--test-concurrency=1", "tests/collector/collector.test.mjs"]);
    node.env("TRACEBEAM_CHROMIUM", &browser.chromium).env("TRACEBEAM_COLLECTOR_TOOLS", paths.tools());
    run::stream_ok("tests/collector", &mut node)?;
    Ok(ExitCode::SUCCESS)
}

fn otelcol(paths: &Paths, go: &Path) -> Result<()> {
    let program = paths.tools().join("otelcol");
    if program.is_file() {
        return Ok(());
    }
    compile("otelcol", go, &paths.at(OTELCOL), ".", &program)
}

fn jaeger(paths: &Paths, go: &Path) -> Result<()> {
    let program = paths.tools().join("jaeger");
    if program.is_file() {
        return Ok(());
    }
    let mut download = Command::new(go);
    download.args(["mod", "download", "-json", JAEGER]).current_dir(paths.at(OTELCOL));
    let text = run::quiet("jaeger", &mut download)?;
    let module = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("\"Dir\": \"")?.split('"').next())
        .with_context(|| format!("go mod download said nothing of a directory:\n{text}"))?;
    compile("jaeger", go, Path::new(module), "./cmd/all-in-one", &program)
}

/// Compiles a program as its go.mod and go.sum lock it.
fn compile(label: &str, go: &Path, module: &Path, package: &str, program: &PathBuf) -> Result<()> {
    if let Some(folder) = program.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut command = Command::new(go);
    command
        .current_dir(module)
        .args(["build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o"])
        .arg(program)
        .arg(package);
    run::stream_ok(label, &mut command)?;
    if !program.is_file() {
        bail!("{label}: go build made no program");
    }
    Ok(())
}
