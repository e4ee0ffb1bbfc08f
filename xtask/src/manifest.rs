//! Versions and features, read from Cargo.toml and rust-toolchain.toml, so that no number stands twice.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use toml::Table;

use crate::paths::Paths;

/// Facts of the root Cargo.toml and rust-toolchain.toml.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The workspace's version, which is the agent's.
    pub version: String,
    /// The exact wasm-bindgen version that the agent is compiled against.
    pub wasm_bindgen: String,
    pub channel: String,
    pub features: Vec<String>,
}

impl Manifest {
    pub fn read(paths: &Paths) -> Result<Self> {
        let cargo = read_toml(&paths.at("Cargo.toml"))?;
        let toolchain = read_toml(&paths.at("rust-toolchain.toml"))?;
        Ok(Self {
            version: text(&cargo, &["workspace", "package", "version"])?,
            wasm_bindgen: exact_version(&text(
                &cargo,
                &["target", r#"cfg(target_arch = "wasm32")"#, "dependencies", "wasm-bindgen", "version"],
            )?)?,
            channel: text(&toolchain, &["toolchain", "channel"])?,
            features: cargo
                .get("features")
                .and_then(|features| features.as_table())
                .map(|features| features.keys().cloned().collect())
                .unwrap_or_default(),
        })
    }
}

/// Reads and parses a TOML file.
pub fn read_toml(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.parse().with_context(|| format!("{} is not valid TOML", path.display()))
}

fn text(table: &Table, keys: &[&str]) -> Result<String> {
    let missing = || format!("no text under {}", keys.join("."));
    let (last, parents) = keys.split_last().with_context(missing)?;
    let mut table = table;
    for key in parents {
        table = table.get(*key).and_then(|value| value.as_table()).with_context(missing)?;
    }
    Ok(table.get(*last).and_then(|value| value.as_str()).with_context(missing)?.to_owned())
}

/// The command-line tool and the crate share a private format that changes with every release: only `=` pins it.
fn exact_version(requirement: &str) -> Result<String> {
    match requirement.strip_prefix('=') {
        Some(version) => Ok(version.trim().to_owned()),
        None => bail!("Cargo.toml must pin wasm-bindgen with `=`; it says \"{requirement}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_exact_pin_names_a_version() {
        assert_eq!(exact_version("=0.2.130").unwrap(), "0.2.130");
        assert!(exact_version("0.2").is_err());
    }

    #[test]
    fn a_missing_key_is_named_whole() {
        let table: Table = "[a]\nb = 1".parse().unwrap();
        assert!(text(&table, &["a", "b"]).unwrap_err().to_string().contains("a.b"));
    }

    #[test]
    fn the_checkout_itself_can_be_read() {
        let manifest = Manifest::read(&Paths::find().unwrap()).unwrap();
        assert!(!manifest.version.is_empty() && !manifest.wasm_bindgen.is_empty() && !manifest.channel.is_empty());
    }
}
