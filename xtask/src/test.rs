//! `cargo xtask test`: every check and every test, one step after the other. All steps run even if one fails. The last line
//! is `N passed, N failed`, for people and machines that read only that.

mod steps;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};

use crate::manifest::Manifest;
use crate::paths::Paths;
pub use steps::STEPS;
use steps::{Step, World};
use tally::Tally;

pub fn main(paths: &Paths, args: Parser) -> Result<ExitCode> {
    let Choice { steps: chosen, all_browsers } = choose(args)?;
    let world = World::new(paths, Manifest::read(paths)?, all_browsers);
    let mut total = Tally::default();
    let mut summary = Vec::new();
    for step in chosen {
        println!("\n── {}: {}", step.name, step.what);
        let started = Instant::now();
        let tally = (step.run)(&world).unwrap_or_else(|error| {
            println!("error: {error:#}");
            Some(Tally::FAILURE)
        });
        let tally = tally.map(Tally::or_failure_if_empty);
        let result = tally.map_or("not run".to_owned(), |tally| tally.to_string());
        println!("── {}: {result}, {:.1} s", step.name, started.elapsed().as_secs_f32());
        summary.push(format!("{:<12} {result:<24} {:>5} s", step.name, started.elapsed().as_secs()));
        total = total + tally.unwrap_or_default();
    }
    println!("\n{}\n\n{} passed, {} failed", summary.join("\n"), total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The verb `tidy`: the first step alone, for while a person edits.
pub fn tidy(paths: &Paths) -> Result<ExitCode> {
    Ok(if steps::structure(paths)?.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Choice {
    steps: Vec<&'static Step>,
    all_browsers: bool,
}

/// All steps, or those after `--only`; in Chromium alone, or with `--browsers all` in Firefox too.
fn choose(mut args: Parser) -> Result<Choice> {
    let mut chosen = Vec::new();
    let mut all_browsers = false;
    while let Some(arg) = args.next()? {
        match arg {
            Arg::Long("only") => {
                let name = args.value()?.string()?;
                let names = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
                let step = STEPS.iter().find(|step| step.name == name);
                chosen.push(step.with_context(|| format!("there is no step `{name}`; the steps are {}", names()))?);
            }
            Arg::Long("browsers") => match args.value()?.string()?.as_str() {
                "all" => all_browsers = true,
                "chromium" => all_browsers = false,
                other => bail!("--browsers takes `all` or `chromium`, not `{other}`"),
            },
            other => return Err(other.unexpected().into()),
        }
    }
    let steps = if chosen.is_empty() { STEPS.iter().collect() } else { chosen };
    Ok(Choice { steps, all_browsers })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(args: &[&str]) -> Result<Vec<&'static str>> {
        Ok(choose(Parser::from_args(args))?.steps.iter().map(|step| step.name).collect())
    }

    #[test]
    fn all_steps_or_the_named_ones() {
        assert_eq!(names(&[]).unwrap().len(), STEPS.len());
        assert_eq!(names(&["--only", "web", "--only", "tidy"]).unwrap(), ["web", "tidy"]);
        assert!(names(&["--only", "webb"]).unwrap_err().to_string().contains("tidy, fmt"));
        assert!(names(&["--only"]).is_err());
        assert!(names(&["-v"]).is_err());
    }

    #[test]
    fn chromium_alone_unless_all_browsers_are_asked_for() {
        let all = |args: &[&str]| choose(Parser::from_args(args));
        assert!(!all(&[]).unwrap().all_browsers);
        assert!(all(&["--browsers", "all", "--only", "e2e"]).unwrap().all_browsers);
        assert!(all(&["--browsers", "lynx"]).is_err());
    }
}
