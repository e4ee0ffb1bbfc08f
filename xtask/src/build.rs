//! `cargo xtask build`: the one way from sources to dist/. Each artifact is a row of [`ARTIFACTS`] and a file below
//! build/; the core that they share is made once before them. A second run with nothing changed takes seconds.

mod core;
mod digits;
mod embed;
mod esbuild;
mod glue;
mod integrity;
mod javascript;
mod miniapp;
mod module;
mod native;
mod npm_package;
mod optimise;
mod rust_crate;
mod script_tag;
mod segments;
mod streams;
mod terser;
mod types;
mod wasm;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::manifest::Manifest;
use crate::paths::Paths;
use crate::setup::{self, BuildTools};
use crate::size;
use crate::stamp::Inputs;
use core::Core;

pub use embed::text as core_as_text;

/// A file or a package that the build makes.
struct Artifact {
    /// For the progress lines.
    name: &'static str,
    /// Makes it from the core. False if it was up to date.
    make: fn(&Build, &Core) -> Result<bool>,
}

/// What ships. The order matters: the npm package contains the scripts and the mini-programs' files.
const ARTIFACTS: &[Artifact] = &[
    Artifact { name: "script tag", make: script_tag::make },
    Artifact { name: "without WebAssembly", make: script_tag::make_nowasm },
    Artifact { name: "mini-programs", make: miniapp::make },
    Artifact { name: "versions and hashes", make: integrity::make },
    Artifact { name: "npm package", make: npm_package::make },
    Artifact { name: "Rust crate", make: rust_crate::make },
];

/// What the steps of one build share.
#[derive(Clone)]
pub struct Build {
    paths: Paths,
    manifest: Manifest,
    tools: BuildTools,
    /// Features of the agent crate. Artifacts that ship have none.
    features: String,
}

impl Build {
    /// Where the steps leave their files. A build with features has its own place, so that it never reaches dist/.
    fn work(&self) -> PathBuf {
        if self.features.is_empty() { self.paths.work() } else { self.paths.work().join(&self.features) }
    }

    /// Where the artifacts go.
    fn dist(&self) -> PathBuf {
        if self.features.is_empty() { self.paths.at("dist") } else { self.work() }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Features of the agent crate, separated by commas.
    pub features: String,
    /// Leave the gateway and the demo's services out.
    pub no_native: bool,
}

impl Options {
    fn parse(mut args: Parser) -> Result<Self> {
        let mut options = Self::default();
        while let Some(arg) = args.next()? {
            match arg {
                Arg::Long("no-native") => options.no_native = true,
                Arg::Long("features") => {
                    options.features = args.value()?.string()?;
                    // Only tests use such a script, and they have built the programs already.
                    options.no_native = true;
                }
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

pub fn main(paths: &Paths, args: Parser) -> Result<ExitCode> {
    let options = Options::parse(args)?;
    run(paths, &options)?;
    if options.features.is_empty() {
        size::print_brief(paths)?;
    }
    Ok(ExitCode::SUCCESS)
}

pub fn run(paths: &Paths, options: &Options) -> Result<()> {
    let manifest = Manifest::read(paths)?;
    if let Some(unknown) = unknown_feature(&options.features, &manifest.features) {
        bail!("the agent crate has no feature `{unknown}`");
    }
    let tools = setup::for_build(paths, &manifest)?;
    let build = Build { paths: paths.clone(), manifest, tools, features: options.features.clone() };

    forget_if_changed(&build)?;
    let core = core::make(&build)?;
    // A build with features is for tests, which load the script tag's file alone.
    let wanted = if options.features.is_empty() { ARTIFACTS.len() } else { 1 };
    for artifact in ARTIFACTS.iter().take(wanted) {
        step(artifact.name, || (artifact.make)(&build, &core))?;
    }
    if !options.no_native {
        native::make(&build)?;
    }
    if options.features.is_empty() {
        size::write_report(paths)?;
    }
    Ok(())
}

/// A stamp covers the inputs of a step and not its code. So a change to build/ makes all steps run again.
fn forget_if_changed(build: &Build) -> Result<()> {
    let stamps = build.work().join("stamps");
    let own = Inputs::new().file(&build.paths.at("xtask/src/build"))?.stamp(stamps.join("xtask"));
    if !own.is_fresh(&[]) && stamps.is_dir() {
        fs::remove_dir_all(&stamps)?;
    }
    own.write()
}

fn unknown_feature<'a>(wanted: &'a str, known: &[String]) -> Option<&'a str> {
    wanted.split(',').filter(|name| !name.is_empty()).find(|name| !known.iter().any(|known| known == name))
}

/// Runs a step and prints one line: how long it took, or that nothing had changed.
fn step(name: &str, make: impl FnOnce() -> Result<bool>) -> Result<()> {
    let started = Instant::now();
    let made = make()?;
    let what = if made { format!("{:.1} s", started.elapsed().as_secs_f32()) } else { "unchanged".to_owned() };
    println!("  {name:<24} {what}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        let parse = |args: &[&str]| Options::parse(Parser::from_args(args));
        assert_eq!(parse(&[]).unwrap(), Options::default());
        assert_eq!(parse(&["--no-native"]).unwrap(), Options { no_native: true, ..Options::default() });
        assert_eq!(parse(&["--features", "trap"]).unwrap(), Options { features: "trap".to_owned(), no_native: true });
        assert!(parse(&["--features"]).is_err());
        assert!(parse(&["--fast"]).is_err());
    }

    #[test]
    fn a_feature_that_the_crate_lacks_is_named() {
        let known = ["trap".to_owned()];
        assert_eq!(unknown_feature("", &known), None);
        assert_eq!(unknown_feature("trap", &known), None);
        assert_eq!(unknown_feature("trap,tarp", &known), Some("tarp"));
    }
}
