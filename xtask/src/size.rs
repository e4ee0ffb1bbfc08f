//! `cargo xtask size`: what the artifacts weigh, against the budgets of size-budget.toml.

mod added;
mod measure;

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::build::core_as_text;
use crate::manifest::read_toml;
use crate::paths::Paths;
use crate::stamp;
use measure::Weight;

pub use added::check as added;

/// size-budget.toml.
#[derive(Deserialize)]
struct Budgets {
    artifact: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    path: String,
    budget: NonZeroUsize,
    /// The budget without compression, where that counts too.
    raw: Option<usize>,
    reason: String,
    /// The module inside the artifact, if it has one.
    wasm: Option<String>,
}

/// An artifact with its sizes.
#[derive(Serialize)]
struct Measured {
    #[serde(skip)]
    row: Row,
    #[serde(flatten)]
    whole: Weight,
    budget: NonZeroUsize,
    /// The module alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    wasm: Option<Weight>,
    /// The script without the module.
    #[serde(skip_serializing_if = "Option::is_none")]
    javascript: Option<Weight>,
}

/// The verb: prints the table. Fails if an artifact is over its budget.
pub fn main(paths: &Paths) -> Result<ExitCode> {
    let measured = measure_all(paths)?;
    let mut over = 0;
    println!("{:<24} {:>9} {:>9} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip -9", "brotli 11", "budget", "left");
    for Measured { row, whole, budget, wasm, javascript } in &measured {
        let left = budget.get() as i64 - whole.brotli as i64;
        let name = &row.name;
        println!("{name:<24} {:>9} {:>9} {:>9} {:>9} {left:>9}", whole.raw, whole.gzip, whole.brotli, budget);
        for (name, share) in [("  its module, as .wasm", wasm), ("  its JavaScript", javascript)] {
            if let Some(Weight { raw, gzip, brotli }) = share {
                println!("{name:<24} {raw:>9} {gzip:>9} {brotli:>9}");
            }
        }
        if let Some(raw) = row.raw.filter(|raw| whole.raw > *raw) {
            over += 1;
            println!("OVER: {} is {} bytes as it lies, and may be {raw}", row.path, whole.raw);
        }
        if left < 0 {
            over += 1;
            println!("OVER: {} weighs {} bytes too much. The budget's reason: {}", row.path, -left, row.reason);
        }
    }
    let fits = added(paths)?;
    Ok(if over == 0 && fits { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One line for each artifact, at the end of a build.
pub fn print_brief(paths: &Paths) -> Result<()> {
    for Measured { row, whole, .. } in measure_all(paths)? {
        println!("{}: {} bytes, {} after brotli (budget {})", row.path, whole.raw, whole.brotli, row.budget);
    }
    Ok(())
}

/// Writes dist/sizes.json, for people and pages that want the numbers.
pub fn write_report(paths: &Paths) -> Result<()> {
    let measured = measure_all(paths)?;
    let rows: BTreeMap<&str, &Measured> = measured.iter().map(|one| (one.row.path.as_str(), one)).collect();
    stamp::write(&paths.at("dist/sizes.json"), serde_json::to_string_pretty(&rows)? + "\n")
}

fn measure_all(paths: &Paths) -> Result<Vec<Measured>> {
    let Budgets { artifact } = read_toml(&paths.at("size-budget.toml"))?;
    artifact.into_iter().map(|row| measure_row(paths, row)).collect()
}

fn measure_row(paths: &Paths, row: Row) -> Result<Measured> {
    let read =
        |path: &str| fs::read(paths.at(path)).with_context(|| format!("no {path}: run `cargo xtask build` first"));
    let content = read(&row.path)?;
    let (wasm, javascript) = match &row.wasm {
        None => (None, None),
        Some(path) => {
            let wasm = read(path)?;
            // terser escapes `-->`, which would end a comment of an inline script.
            let whole = String::from_utf8_lossy(&content).replace("--\\x3e", "-->");
            let script = whole.replace(&core_as_text(&wasm)?, "");
            if script.len() == whole.len() {
                bail!("{} does not hold the module {path}: run `cargo xtask build`", row.path);
            }
            (Some(measure::weigh(paths, &wasm)?), Some(measure::weigh(paths, script.as_bytes())?))
        }
    };
    Ok(Measured { whole: measure::weigh(paths, &content)?, budget: row.budget, row, wasm, javascript })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Budgets, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn a_row_without_a_reason_or_a_budget_is_refused() {
        assert!(parse("[[artifact]]\nname='a'\npath='b'\nbudget=1\nreason='c'").is_ok());
        assert!(parse("[[artifact]]\nname='a'\npath='b'\nbudget=0\nreason='c'").is_err());
        assert!(parse("[[artifact]]\nname='a'\npath='b'\nbudget=1").is_err());
        assert!(parse("[[artifact]]\nname='a'\npath='b'\nreason='c'").is_err());
        assert!(parse("").is_err());
    }

    #[test]
    fn the_report_has_the_sizes_of_the_whole_and_of_its_shares() {
        let weight = || Weight { raw: 3, gzip: 2, brotli: 1 };
        let row = parse("[[artifact]]\nname='a'\npath='dist/a'\nbudget=9\nreason='c'").unwrap().artifact.remove(0);
        let one = Measured { budget: row.budget, row, whole: weight(), wasm: Some(weight()), javascript: None };
        assert_eq!(
            serde_json::to_string(&one).unwrap(),
            r#"{"raw":3,"gzip":2,"brotli":1,"budget":9,"wasm":{"raw":3,"gzip":2,"brotli":1}}"#
        );
    }
}
