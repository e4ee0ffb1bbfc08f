//! Tracebeam's build tool, run as `cargo xtask VERB`. One file a verb; this one dispatches and prints the help.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod bench;
mod build;
mod collector;
mod demo;
mod licences;
mod manifest;
mod paths;
mod release;
mod run;
mod setup;
mod size;
mod stamp;
mod test;

use std::env;
use std::ffi::OsStr;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};
use lexopt::{Arg, Parser};

use paths::Paths;

struct Verb {
    name: &'static str,
    /// What it does; the options follow, each on a line of its own.
    help: &'static str,
    run: fn(&Paths, Parser) -> Result<ExitCode>,
}

const VERBS: &[Verb] = &[
    Verb {
        name: "setup",
        help: "Install what the other verbs need (each of them installs its own part by itself)",
        run: |paths, args| no_options(args).and_then(|()| setup::main(paths)),
    },
    Verb {
        name: "build",
        help: "Build the agent into dist/, and the native programs
  --features LIST   build the script with these features of the crate, into target/xtask/LIST/
  --no-native       leave the native programs out",
        run: build::main,
    },
    Verb {
        name: "tidy",
        help: "Check the structure of the sources: imports, and the length of files",
        run: |paths, args| no_options(args).and_then(|()| test::tidy(paths)),
    },
    Verb {
        name: "test",
        help: "Run every check and every test; the last line counts them
  --only STEP       run this step only (may be repeated); the steps are listed below
  --browsers all    run the tests that need no driver in Firefox too, if it is installed",
        run: test::main,
    },
    Verb {
        name: "demo",
        help: "Start the gateway, two backend services and the page, and print the address
  --port-base N     use the ports N to N+3
  --no-build        start what was built last",
        run: demo::main,
    },
    Verb {
        name: "bench",
        help: "Measure what the agent adds to a call of fetch and XMLHttpRequest",
        run: |paths, args| no_options(args).and_then(|()| bench::main(paths)),
    },
    Verb {
        name: "collector",
        help: "Run gateways before a real OpenTelemetry Collector and Jaeger, built by Go; not part of the tests",
        run: |paths, args| no_options(args).and_then(|()| collector::main(paths)),
    },
    Verb {
        name: "release",
        help: "Pack what people download, and check versions, changelog, licences and advisories
  --dry-run         publish nothing; without it, this verb does nothing",
        run: release::main,
    },
    Verb {
        name: "size",
        help: "Compare the sizes of the artifacts with size-budget.toml",
        run: |paths, args| no_options(args).and_then(|()| size::main(paths)),
    },
];

fn main() -> ExitCode {
    match dispatch(Parser::from_env()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(mut args: Parser) -> Result<ExitCode> {
    let name = match args.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => "help".to_owned(),
        Some(Arg::Value(name)) => name.to_string_lossy().into_owned(),
        Some(other) => return Err(other.unexpected().into()),
    };
    match VERBS.iter().find(|verb| verb.name == name) {
        Some(verb) => (verb.run)(&Paths::find()?, args),
        None if name == "help" => {
            print!("{}", help());
            Ok(ExitCode::SUCCESS)
        }
        None => bail!("there is no verb `{name}`\n\n{}", help()),
    }
}

fn help() -> String {
    let verbs = VERBS.iter().map(|verb| format!("  {:<9} {}\n", verb.name, verb.help.replace('\n', "\n            ")));
    let steps = test::STEPS.iter().map(|step| format!("  {:<12} {}\n", step.name, step.what));
    format!(
        "cargo xtask VERB [OPTIONS]\n\n{}\nThe steps of `cargo xtask test`:\n\n{}",
        verbs.collect::<String>(),
        steps.collect::<String>()
    )
}

fn no_options(mut args: Parser) -> Result<()> {
    args.next()?.map_or(Ok(()), |arg| Err(arg.unexpected().into()))
}

/// The cargo that runs xtask, at the checkout's root.
fn cargo(paths: &Paths) -> Command {
    cargo_from(&env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), paths)
}

/// Another cargo, at the checkout's root.
fn cargo_from(program: &OsStr, paths: &Paths) -> Command {
    let mut command = Command::new(program);
    command.current_dir(&paths.root);
    // `cargo run` sets these for xtask. They would mislead the programs that xtask starts.
    command.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_PKG_NAME").env_remove("CARGO_PKG_VERSION");
    // Artifacts lie below target/, wherever a person's settings put cargo's own files.
    command.env("CARGO_TARGET_DIR", paths.target());
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_verb_and_an_unknown_option_are_named() {
        let error = |args: &[&str]| dispatch(Parser::from_args(args)).unwrap_err().to_string();
        assert!(error(&["tset"]).contains("`tset`") && error(&["tset"]).contains("clippy-wasm"));
        assert!(error(&["tidy", "--fast"]).contains("--fast"));
        assert!(error(&["--fast"]).contains("--fast"));
    }

    #[test]
    fn the_help_has_every_verb_and_every_step() {
        let help = help();
        for name in VERBS.iter().map(|verb| verb.name).chain(test::STEPS.iter().map(|step| step.name)) {
            assert!(help.contains(&format!("\n  {name} ")), "{name} is missing:\n{help}");
        }
    }

    #[test]
    fn contributing_has_every_step() {
        let text = std::fs::read_to_string(Paths::find().unwrap().at("CONTRIBUTING.md")).unwrap();
        for step in test::STEPS {
            assert!(text.contains(&format!("`{}`", step.name)), "{} is missing", step.name);
        }
    }
}
