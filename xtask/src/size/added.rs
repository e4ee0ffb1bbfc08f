//! What the crate tracebeam-web adds to an application's own module: two builds of one application, compared. The agent
//! itself is a file of its own, with a row of its own.

use std::fs;

use anyhow::Result;
use serde::Deserialize;

use super::measure;
use crate::manifest::read_toml;
use crate::paths::Paths;

/// size-budget.toml.
#[derive(Deserialize)]
struct Budgets {
    #[serde(default)]
    added: Vec<Row>,
}

/// A row `[[added]]`.
#[derive(Deserialize)]
struct Row {
    name: String,
    /// The application with the crate.
    with: String,
    /// The same application without it.
    without: String,
    budget: i64,
    reason: String,
}

/// Prints a line for each comparison. False where one is over its budget. One whose application is not built is left out:
/// `cargo xtask test --only rust` builds it.
pub fn check(paths: &Paths) -> Result<bool> {
    let mut fits = true;
    let Budgets { added } = read_toml(&paths.at("size-budget.toml"))?;
    for Row { name, with, without, budget, reason } in added {
        let [Ok(with), Ok(without)] = [with, without].map(|path| fs::read(paths.at(&path))) else {
            println!("{name:<24} not built: cargo xtask test --only rust");
            continue;
        };
        let (with, without) = (measure::weigh(paths, &with)?, measure::weigh(paths, &without)?);
        let added = [(with.raw, without.raw), (with.gzip, without.gzip), (with.brotli, without.brotli)];
        let [raw, gzip, brotli] = added.map(|(with, without)| with as i64 - without as i64);
        println!("{name:<24} {raw:>9} {gzip:>9} {brotli:>9} {budget:>9} {:>9}", budget - brotli);
        if brotli > budget {
            fits = false;
            println!("OVER: {} bytes too much. The budget's reason: {reason}", brotli - budget);
        }
    }
    Ok(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_without_a_reason_or_a_budget_is_refused() {
        let parse = |text: &str| toml::from_str::<Budgets>(text).map(|table| table.added.len()).ok();
        let row = "[[added]]\nname='a'\nwith='b'\nwithout='c'\n";
        assert_eq!(parse(&format!("{row}budget=1\nreason='d'")), Some(1));
        assert_eq!(parse(&format!("{row}budget=1")), None);
        assert_eq!(parse(&format!("{row}reason='d'")), None);
        assert_eq!(parse(""), Some(0));
    }
}
