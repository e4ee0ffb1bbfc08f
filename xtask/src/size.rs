//! `cargo xtask size`: what the artifacts weigh, against the budgets of size-budget.toml.

mod added;
mod measure;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use toml::Table;

use crate::build::core_as_text;
use crate::manifest::read_toml;
use crate::paths::Paths;
use crate::stamp;
use measure::Weight;

pub use added::check as added;

/// A row of size-budget.toml.
struct Row {
    name: String,
    path: String,
    budget: usize,
    /// The budget without compression, where that counts too.
    raw: Option<usize>,
    reason: String,
    /// The module inside the artifact, if it has one.
    wasm: Option<String>,
}

/// An artifact with its sizes.
struct Measured {
    row: Row,
    whole: Weight,
    /// The module alone, and the script without it.
    shares: Option<(Weight, Weight)>,
}

/// The verb: prints the table. Fails if an artifact is over its budget.
pub fn main(paths: &Paths) -> Result<ExitCode> {
    let measured = measure_all(paths)?;
    let mut over = 0;
    println!("{:<24} {:>9} {:>9} {:>9} {:>9} {:>9}", "bytes", "raw", "gzip -9", "brotli 11", "budget", "left");
    for Measured { row, whole, shares } in &measured {
        let left = row.budget as i64 - whole.brotli as i64;
        let name = &row.name;
        println!("{name:<24} {:>9} {:>9} {:>9} {:>9} {left:>9}", whole.raw, whole.gzip, whole.brotli, row.budget);
        if let Some((wasm, script)) = shares {
            print_share("  its module, as .wasm", wasm);
            print_share("  its JavaScript", script);
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
    let rows: Vec<String> = measure_all(paths)?.iter().map(to_json).collect();
    stamp::write(&paths.at("dist/sizes.json"), format!("{{\n{}\n}}\n", rows.join(",\n")))
}

fn print_share(name: &str, weight: &Weight) {
    println!("{name:<24} {:>9} {:>9} {:>9}", weight.raw, weight.gzip, weight.brotli);
}

fn to_json(Measured { row, whole, shares }: &Measured) -> String {
    let weight =
        |weight: &Weight| format!(r#""raw": {}, "gzip": {}, "brotli": {}"#, weight.raw, weight.gzip, weight.brotli);
    let shares = shares.as_ref().map_or(String::new(), |(wasm, script)| {
        format!(r#", "wasm": {{ {} }}, "javascript": {{ {} }}"#, weight(wasm), weight(script))
    });
    format!(r#"  "{}": {{ {}, "budget": {}{shares} }}"#, row.path, weight(whole), row.budget)
}

fn measure_all(paths: &Paths) -> Result<Vec<Measured>> {
    let rows = rows(&read_toml(&paths.at("size-budget.toml"))?)?;
    rows.into_iter().map(|row| measure_row(paths, row)).collect()
}

fn measure_row(paths: &Paths, row: Row) -> Result<Measured> {
    let read =
        |path: &str| fs::read(paths.at(path)).with_context(|| format!("no {path}: run `cargo xtask build` first"));
    let content = read(&row.path)?;
    let shares = match &row.wasm {
        None => None,
        Some(path) => {
            let wasm = read(path)?;
            // terser escapes `-->`, which would end a comment of an inline script.
            let whole = String::from_utf8_lossy(&content).replace("--\\x3e", "-->");
            let script = whole.replace(&core_as_text(&wasm)?, "");
            if script.len() == whole.len() {
                bail!("{} does not hold the module {path}: run `cargo xtask build`", row.path);
            }
            Some((measure::weigh(paths, &wasm)?, measure::weigh(paths, script.as_bytes())?))
        }
    };
    Ok(Measured { whole: measure::weigh(paths, &content)?, row, shares })
}

fn rows(table: &Table) -> Result<Vec<Row>> {
    let artifacts =
        table.get("artifact").and_then(|value| value.as_array()).context("size-budget.toml has no [[artifact]]")?;
    artifacts
        .iter()
        .map(|artifact| {
            let text = |key: &str| artifact.get(key).and_then(|value| value.as_str()).map(str::to_owned);
            let need = |key: &str| text(key).with_context(|| format!("a row of size-budget.toml has no {key}"));
            let number = |key: &str| artifact.get(key).and_then(|value| value.as_integer());
            let budget = number("budget").unwrap_or_default();
            Ok(Row {
                name: need("name")?,
                path: need("path")?,
                reason: need("reason")?,
                budget: usize::try_from(budget).ok().filter(|budget| *budget > 0).with_context(|| {
                    format!("the budget of a row of size-budget.toml is not a number of bytes: {budget}")
                })?,
                raw: number("raw").and_then(|raw| usize::try_from(raw).ok()),
                wasm: text("wasm"),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Row>> {
        rows(&text.parse().unwrap())
    }

    #[test]
    fn a_row_without_a_reason_or_a_budget_is_refused() {
        assert!(parse("[[artifact]]\nname='a'\npath='b'\nbudget=1\nreason='c'").is_ok());
        assert!(parse("[[artifact]]\nname='a'\npath='b'\nbudget=1").is_err());
        assert!(parse("[[artifact]]\nname='a'\npath='b'\nreason='c'").is_err());
        assert!(parse("").is_err());
    }

    #[test]
    fn the_report_is_json() {
        let weight = || Weight { raw: 3, gzip: 2, brotli: 1 };
        let row = parse("[[artifact]]\nname='a'\npath='dist/a'\nbudget=9\nreason='c'").unwrap().remove(0);
        let line = to_json(&Measured { row, whole: weight(), shares: Some((weight(), weight())) });
        assert_eq!(
            line,
            r#"  "dist/a": { "raw": 3, "gzip": 2, "brotli": 1, "budget": 9, "wasm": { "raw": 3, "gzip": 2, "brotli": 1 }, "javascript": { "raw": 3, "gzip": 2, "brotli": 1 } }"#
        );
    }
}
