//! The steps of `cargo xtask test`, the cheapest first. Each installs what it needs.

mod rust;

use std::cell::Cell;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use super::tally::Tally;
use crate::build;
use crate::manifest::Manifest;
use crate::paths::Paths;
use crate::setup::{self, WasmRust};
use crate::{licences, run, size, stamp};

pub struct Step {
    /// What `--only` calls it.
    pub name: &'static str,
    /// What it does, for the help and its headline.
    pub what: &'static str,
    /// Runs it. None if it cannot run here; it has printed why.
    pub run: fn(&World) -> Result<Option<Tally>>,
}

/// All steps.
pub const STEPS: &[Step] = &[
    Step { name: "tidy", what: "structure of the sources", run: tidy },
    Step { name: "fmt", what: "formatting", run: fmt },
    Step { name: "lint", what: "all JavaScript: prettier, eslint, types, and tests of these rules", run: lint },
    Step { name: "deps", what: "licences and sources of the crates that we depend on", run: deps },
    Step { name: "clippy", what: "lints, native", run: clippy },
    Step { name: "clippy-wasm", what: "lints of the agent as wasm", run: clippy_wasm },
    Step { name: "native", what: "native tests of all crates", run: native },
    Step { name: "web", what: "wasm tests in headless Chromium", run: web },
    Step { name: "build", what: "all artifacts, and the script that fails on purpose", run: build },
    Step { name: "size", what: "artifacts against size-budget.toml", run: size },
    Step { name: "js", what: "tests of the JavaScript without a browser", run: js },
    Step { name: "miniapp", what: "the mini-program package on every host, in V8 and JavaScriptCore", run: miniapp },
    Step { name: "e2e", what: "tests of the artifacts in headless Chromium", run: e2e },
    Step { name: "nowasm", what: "some of these again, without WebAssembly", run: nowasm },
    Step {
        name: "rust",
        what: "the crate tracebeam-web: in Chromium, in two applications, packed, with its oldest Rust",
        run: rust::run,
    },
    Step { name: "pkg", what: "the packed npm package in each bundler, framework and kind of page", run: pkg },
];

/// The feature that makes the agent trap on purpose: tests see what a page keeps then.
const TRAP: &str = "trap";

/// The files of tests/e2e that run again on the script without WebAssembly: what they test depends on the core.
const NOWASM: &[&str] = &[
    "agent",
    "api",
    "configuration",
    "fetch",
    "own-headers",
    "privacy",
    "resources",
    "schema",
    "session",
    "workers",
    "xhr",
];

/// What the steps share.
pub struct World {
    paths: Paths,
    manifest: Manifest,
    /// Whether the build succeeded; None before it ran.
    built: Cell<Option<bool>>,
    /// Whether tests run in Firefox too.
    all_browsers: bool,
}

impl World {
    pub fn new(paths: &Paths, manifest: Manifest, all_browsers: bool) -> Self {
        Self { paths: paths.clone(), manifest, built: Cell::new(None), all_browsers }
    }

    fn cargo(&self, args: &[&str]) -> Command {
        let mut cargo = crate::cargo(&self.paths);
        cargo.args(args);
        cargo
    }

    fn ensure_built(&self) -> Result<()> {
        match self.built.get() {
            Some(true) => return Ok(()),
            Some(false) => bail!("the build failed, so there is nothing to test"),
            None => self.built.set(Some(false)),
        }
        build::run(&self.paths, &build::Options::default())?;
        if self.manifest.features.iter().any(|feature| feature == TRAP) {
            println!("  and with the feature {TRAP}:");
            build::run(&self.paths, &build::Options { features: TRAP.to_owned(), no_native: true })?;
        }
        self.built.set(Some(true));
        Ok(())
    }
}

fn tidy(world: &World) -> Result<Option<Tally>> {
    structure(&world.paths).map(Some)
}

/// Imports, the length of files, and codes of pitfalls. It needs Node.js and no package.
pub fn structure(paths: &Paths) -> Result<Tally> {
    node(paths, &test_files(paths, "tests/tidy")?, &[])
}

fn fmt(world: &World) -> Result<Option<Tally>> {
    setup::lints(&world.paths, &world.manifest)?;
    Ok(Some(Tally::check(run::stream("cargo fmt", &mut world.cargo(&["fmt", "--all", "--check"]))?.success)))
}

/// Format, rules and types of all JavaScript; then tests/lint, which breaks these rules and clippy.toml's one by one.
fn lint(world: &World) -> Result<Option<Tally>> {
    setup::npm(&world.paths)?;
    setup::lints(&world.paths, &world.manifest)?;
    let mut total = Tally::default();
    for (name, args) in [("prettier", &["--check", "."][..]), ("eslint", &["."]), ("tsc", &["--project", "."])] {
        let mut tool = Command::new(world.paths.npm_bin(name));
        tool.current_dir(&world.paths.root).args(args);
        total = total + Tally::check(run::stream(name, &mut tool)?.success);
    }
    Ok(Some(total + node(&world.paths, &test_files(&world.paths, "tests/lint")?, &[])?))
}

fn deps(world: &World) -> Result<Option<Tally>> {
    let dependencies = licences::dependencies(
        &world.paths,
        &["tracebeam", "tracebeam-web", "tracebeam-gateway", "tracebeam-demo", "xtask"],
    )?;
    let faults = licences::faults(&world.paths, &dependencies)?;
    faults.iter().for_each(|fault| println!("{fault}"));
    println!("{} crates", dependencies.len());
    Ok(Some(Tally::check(faults.is_empty() && !dependencies.is_empty())))
}

fn clippy(world: &World) -> Result<Option<Tally>> {
    setup::lints(&world.paths, &world.manifest)?;
    let mut cargo = world.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    Ok(Some(Tally::check(run::stream("cargo clippy", &mut cargo)?.success)))
}

fn clippy_wasm(world: &World) -> Result<Option<Tally>> {
    setup::lints(&world.paths, &world.manifest)?;
    if setup::rust(&world.paths, &world.manifest)? == WasmRust::Debian {
        println!("Debian's Rust for wasm has no clippy");
        return Ok(None);
    }
    let mut cargo = world.cargo(&["clippy", "--package", "tracebeam", "--lib", "--test", "web", "--all-features"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    Ok(Some(Tally::check(run::stream("cargo clippy for wasm", &mut cargo)?.success)))
}

fn native(world: &World) -> Result<Option<Tally>> {
    // The agent with overflow checks. The servers as a release, which the build needs anyway: their dependencies take
    // longest to compile, and are compiled once.
    let agent = &["test", "--package", "tracebeam", "--package", "xtask", "--no-fail-fast"];
    // On a server the crate for Rust front ends does nothing, but it compiles, and its options are those of the agent.
    let front_ends = &["test", "--package", "tracebeam-web", "--all-features", "--no-fail-fast"];
    let servers =
        &["test", "--release", "--package", "tracebeam-gateway", "--package", "tracebeam-demo", "--no-fail-fast"];
    let mut total = Tally::default();
    for args in [&agent[..], front_ends, &servers[..]] {
        let ended = run::stream("cargo test", &mut world.cargo(args))?;
        total = total + Tally::of_cargo(&ended.text).and_exit(ended.success);
    }
    Ok(Some(total))
}

fn web(world: &World) -> Result<Option<Tally>> {
    let rust = setup::rust(&world.paths, &world.manifest)?;
    let bindgen = setup::bindgen(&world.paths, &world.manifest)?;
    let browser = setup::browser()?;
    let mut cargo = rust.cargo(&world.paths);
    cargo.args(["test", "--package", "tracebeam", "--test", "web", "--target", "wasm32-unknown-unknown"]);
    cargo.args(rust.std_args());
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen.test_runner());
    // The flags for Chromium are in webdriver.json, where the runner looks by itself.
    cargo.env("CHROMEDRIVER", &browser.driver);
    // Seconds; a slow machine's first start of a browser takes longer than the 20 of the default.
    cargo.env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    let ended = run::stream("wasm tests", &mut cargo)?;
    Ok(Some(Tally::of_cargo(&ended.text).and_exit(ended.success)))
}

fn build(world: &World) -> Result<Option<Tally>> {
    world.ensure_built()?;
    Ok(Some(Tally::SUCCESS))
}

fn size(world: &World) -> Result<Option<Tally>> {
    world.ensure_built()?;
    Ok(Some(Tally::check(size::main(&world.paths)? == ExitCode::SUCCESS)))
}

fn js(world: &World) -> Result<Option<Tally>> {
    world.ensure_built()?;
    record(world)?;
    node(&world.paths, &test_files(&world.paths, "tests/js")?, &[]).map(Some)
}

/// Records what the engine answers in its own tests (tests/tape): both cores must answer the same.
fn record(world: &World) -> Result<()> {
    let tape = world.paths.work().join("tape.jsonl");
    if tape.exists() {
        fs::remove_file(&tape)?;
    }
    let mut cargo = world.cargo(&["test", "--quiet", "--package", "tracebeam"]);
    cargo.args(["flow", "otlp", "rules", "timing"].iter().flat_map(|name| ["--test", name]));
    cargo.env("TRACEBEAM_TAPE", &tape);
    run::quiet("cargo test, on tape", &mut cargo).map(drop)
}

fn miniapp(world: &World) -> Result<Option<Tally>> {
    let jsc = setup::jsc();
    world.ensure_built()?;
    record(world)?;
    node(&world.paths, &test_files(&world.paths, "tests/miniapp")?, &[("TRACEBEAM_JSC", jsc)]).map(Some)
}

fn e2e(world: &World) -> Result<Option<Tally>> {
    let chromium = setup::browser()?.chromium;
    // Tests that need no driver run in Firefox too.
    let firefox = if world.all_browsers { setup::firefox() } else { None };
    world.ensure_built()?;
    let browsers = [("TRACEBEAM_CHROMIUM", Some(chromium)), ("TRACEBEAM_FIREFOX", firefox)];
    node(&world.paths, &test_files(&world.paths, "tests/e2e")?, &browsers).map(Some)
}

fn nowasm(world: &World) -> Result<Option<Tally>> {
    let chromium = setup::browser()?.chromium;
    world.ensure_built()?;
    let files: Vec<_> = NOWASM.iter().map(|name| world.paths.at(format!("tests/e2e/{name}.test.mjs"))).collect();
    let script = ("TRACEBEAM_SCRIPT", Some("dist/tracebeam.nowasm.js".into()));
    node(&world.paths, &files, &[("TRACEBEAM_CHROMIUM", Some(chromium)), script]).map(Some)
}

fn pkg(world: &World) -> Result<Option<Tally>> {
    setup::packaging(&world.paths)?;
    let chromium = setup::browser()?.chromium;
    world.ensure_built()?;
    // By name: tests/pkg/node_modules has tests of others.
    let files = ["bundlers", "next", "node", "pages"].map(|name| world.paths.at(format!("tests/pkg/{name}.test.mjs")));
    node(&world.paths, &files, &[("TRACEBEAM_CHROMIUM", Some(chromium))]).map(Some)
}

/// Runs Node's tests, one file at a time: with two browsers at once on two cores, timings depend on chance.
fn node(paths: &Paths, files: &[PathBuf], env: &[(&str, Option<PathBuf>)]) -> Result<Tally> {
    setup::node()?;
    let mut node = Command::new("node");
    node.current_dir(&paths.root);
    node.args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=360000"]).args(files);
    node.envs(env.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))));
    let ended = run::stream("node --test", &mut node)?;
    Ok(Tally::of_node(&ended.text).and_exit(ended.success))
}

fn test_files(paths: &Paths, dir: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    stamp::collect(&paths.at(dir), &mut files)?;
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    if files.is_empty() {
        bail!("no file in {dir} ends with .test.mjs");
    }
    Ok(files)
}
