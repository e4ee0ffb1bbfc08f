//! `cargo xtask bench`: what the agent adds to a page's calls, as ratios to a page without it. It prints and checks nothing:
//! absolute figures differ from machine to machine.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::build;
use crate::paths::Paths;
use crate::{run, setup};

pub fn main(paths: &Paths) -> Result<ExitCode> {
    let browser = setup::browser()?;
    build::run(paths, &build::Options { no_native: true, ..build::Options::default() })?;
    let mut node = Command::new("node");
    node.current_dir(&paths.root).arg("benches/browser/run.mjs").env("TRACEBEAM_CHROMIUM", &browser.chromium);
    run::stream_ok("node benches/browser/run.mjs", &mut node)?;
    Ok(ExitCode::SUCCESS)
}
