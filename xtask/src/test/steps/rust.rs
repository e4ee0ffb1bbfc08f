//! The crate tracebeam-web: lints and tests in Chromium, the applications in examples/, the package, and the oldest Rust.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{World, node, test_files};
use crate::manifest::read_toml;
use crate::paths::Paths;
use crate::setup::{self, WasmRust};
use crate::test::tally::Tally;
use crate::{run, size, stamp};

const PACKAGE: &str = "tracebeam-web";
const TARGET: &str = "wasm32-unknown-unknown";

/// All of it. A part that cannot run here has printed why.
pub fn run(world: &World) -> Result<Option<Tally>> {
    world.ensure_built()?;
    if setup::rust(&world.paths, &world.manifest)? == WasmRust::Debian {
        println!("trunk takes the first cargo on PATH, and that one has no target {TARGET}");
        return Ok(None);
    }
    let mut total = Tally::default();
    for part in [clippy, in_chromium, examples, packed, oldest] {
        total = total + part(world)?;
    }
    Ok(Some(total))
}

fn clippy(world: &World) -> Result<Tally> {
    setup::lints(&world.paths, &world.manifest)?;
    let mut cargo = world.cargo(&["clippy", "--package", PACKAGE, "--all-features", "--lib", "--test", "browser"]);
    cargo.args(["--target", TARGET, "--", "-D", "warnings"]);
    Ok(Tally::check(run::stream("cargo clippy for wasm", &mut cargo)?.success))
}

fn in_chromium(world: &World) -> Result<Tally> {
    let bindgen = setup::bindgen(&world.paths, &world.manifest)?;
    let mut cargo = world.cargo(&["test", "--package", PACKAGE, "--test", "browser", "--all-features"]);
    cargo.args(["--target", TARGET]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", bindgen.test_runner());
    cargo.env("CHROMEDRIVER", setup::browser()?.driver).env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    let ended = run::stream("wasm tests", &mut cargo)?;
    Ok(Tally::of_cargo(&ended.text).and_exit(ended.success))
}

/// Builds both applications, weighs what the crate adds to one of them, and opens both in Chromium.
fn examples(world: &World) -> Result<Tally> {
    let chromium = setup::browser()?.chromium;
    let out = world.paths.work().join("examples");
    // trunk lets cargo download nothing.
    let mut fetch = world.cargo(&["fetch", "--locked", "--target", TARGET, "--manifest-path", "examples/Cargo.toml"]);
    run::quiet("cargo fetch", &mut fetch)?;
    for name in ["leptos", "yew"] {
        trunk(world, name, &out.join(name), &[])?;
    }
    trunk(world, "yew", &out.join("bare"), &["--no-default-features"])?;
    for name in ["yew", "bare"] {
        shrink(&world.paths, &out.join(name), &out.join(format!("{name}.wasm")))?;
    }
    let fits = size::added(&world.paths)?;
    let env = [("TRACEBEAM_CHROMIUM", Some(chromium)), ("TRACEBEAM_EXAMPLES", Some(out))];
    let opened = node(&world.paths, &test_files(&world.paths, "tests/rust")?, &env)?;
    Ok(Tally::check(fits) + opened)
}

fn trunk(world: &World, name: &str, dist: &Path, args: &[&str]) -> Result<()> {
    let mut trunk = Command::new(setup::trunk(&world.paths)?);
    trunk.current_dir(world.paths.at("examples").join(name)).arg("build");
    trunk.args(["--release", "--offline", "--locked", "--dist"]).arg(dist).args(args);
    // trunk takes the wasm-bindgen that it finds, if it is the application's version.
    let bindgen = setup::bindgen(&world.paths, &world.manifest)?.wasm_bindgen();
    let tools = bindgen.parent().map(Path::to_path_buf);
    let path = env::var_os("PATH").unwrap_or_default();
    trunk.env("PATH", env::join_paths(tools.into_iter().chain(env::split_paths(&path)))?);
    trunk.env("CARGO_TARGET_DIR", world.paths.target().join("examples"));
    // trunk refuses any value of NO_COLOR but `true` and `false`.
    trunk.env_remove("NO_COLOR").env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    run::stream_ok(&format!("trunk build, {name}"), &mut trunk)
}

/// The module of a built application, as wasm-opt makes it: what a visitor downloads.
fn shrink(paths: &Paths, dist: &Path, output: &Path) -> Result<()> {
    let mut files = Vec::new();
    stamp::collect(dist, &mut files)?;
    let is_module = |file: &&PathBuf| file.extension().is_some_and(|extension| extension == "wasm");
    let module = files.iter().find(is_module).with_context(|| format!("trunk left no .wasm in {}", dist.display()))?;
    let mut wasm_opt = Command::new(paths.npm_bin("wasm-opt"));
    wasm_opt.args(["-Oz", "--all-features"]).arg(module).arg("--output").arg(output);
    run::quiet("wasm-opt", &mut wasm_opt).map(drop)
}

/// Packs the crate, and compiles what was packed: the agent's JavaScript must be in it. Nothing is uploaded.
fn packed(world: &World) -> Result<Tally> {
    let mut cargo = world.cargo(&["publish", "--package", PACKAGE, "--dry-run", "--locked", "--allow-dirty"]);
    cargo.args(["--all-features", "--target", TARGET]);
    Ok(Tally::check(run::stream("cargo publish --dry-run", &mut cargo)?.success))
}

/// Compiles the crate with the Rust that its manifest names as the oldest, for a page and for a server.
fn oldest(world: &World) -> Result<Tally> {
    let manifest: toml::Table = read_toml(&world.paths.at("web/Cargo.toml"))?;
    let version = manifest.get("package").and_then(|package| package.get("rust-version")?.as_str());
    let Some(version) = version else { bail!("web/Cargo.toml has no rust-version") };
    // rustup knows `1.85.0`, not `1.85`.
    let version = format!("{version}.0");
    if !setup::oldest(&version)? {
        println!("not compiled with Rust {version}");
        return Ok(Tally::default());
    }
    let mut total = Tally::default();
    for target in [&["--target", TARGET][..], &[]] {
        let mut cargo = Command::new("rustup");
        cargo.current_dir(&world.paths.root).args(["run", &version, "cargo", "check", "--package", PACKAGE]);
        cargo
            .args(["--all-features", "--locked", "--target-dir"])
            .arg(world.paths.target().join("oldest"))
            .args(target);
        // The cargo that runs xtask names its own compiler.
        for name in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTC", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
            cargo.env_remove(name);
        }
        total = total + Tally::check(run::stream(&format!("cargo check with Rust {version}"), &mut cargo)?.success);
    }
    Ok(total)
}
