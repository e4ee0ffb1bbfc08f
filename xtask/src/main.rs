//! Tracebeam's build tool, run as `cargo xtask VERB`. One file a verb; this one dispatches and prints the help.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod bench;
mod build;
mod demo;
mod manifest;
mod paths;
mod run;
mod setup;
mod size;
mod stamp;
mod test;
mod tidy;

use std::env;
use std::ffi::OsStr;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

use paths::Paths;

const HELP: &str = "\
cargo xtask VERB [OPTIONS]

  setup   Install what the other verbs need (each of them does that by itself)
  build   Build the agent into dist/, and the native programs
            --features LIST   build the script with these features of the crate, below target/xtask/LIST/
            --no-native       leave the native programs out
  tidy    Check the sources' structure: imports, words, shapes
  test    Run every check and every test; the last line counts them
            --only STEP       only this step (may be repeated): tidy, fmt, clippy, clippy-wasm,
                              native, web, build, size, js, e2e, nowasm, pkg
            --browsers all    the tests that need no driver in Firefox too, where it is to be had
  demo    Start the gateway, two backend services and the page, and print the address
            --port-base N     use the ports N to N+3
            --no-build        start what was built last
  bench   Measure what the agent adds to a call of fetch and XMLHttpRequest, beside a page without it
  size    Measure the artifacts against size-budget.toml
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let mut args = env::args().skip(1);
    let verb = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let paths = Paths::find()?;
    match verb.as_str() {
        "setup" => setup::main(&paths).map(|()| ExitCode::SUCCESS),
        "build" => build::main(&paths, &rest).map(|()| ExitCode::SUCCESS),
        "bench" => bench::main(&paths).map(|()| ExitCode::SUCCESS),
        "size" => size::main(&paths),
        "tidy" => tidy::main(&paths),
        "test" => test::main(&paths, &rest),
        "demo" => demo::main(&paths, &rest).map(|()| ExitCode::SUCCESS),
        "" | "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("there is no verb `{other}`\n\n{HELP}"),
    }
}

/// The cargo that runs xtask, at the checkout's root.
fn cargo(paths: &Paths) -> Command {
    cargo_from(&env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), paths)
}

/// Another cargo, at the checkout's root.
fn cargo_from(program: &OsStr, paths: &Paths) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&paths.root);
    // Set for xtask by `cargo run`; to the programs that it starts they would be somebody else's.
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_PKG_NAME").env_remove("CARGO_PKG_VERSION");
    // Other people's checks find the artifacts below target/, wherever a person's settings put cargo's own files.
    command.env("CARGO_TARGET_DIR", paths.target());
    command
}
