//! Versions and features, read from Cargo.toml and rust-toolchain.toml, so that no number stands twice.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

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

#[derive(Deserialize)]
struct Cargo {
    target: BTreeMap<String, Target>,
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    version: String,
}

#[derive(Deserialize)]
struct Toolchain {
    toolchain: Channel,
}

#[derive(Deserialize)]
struct Channel {
    channel: String,
}

impl Manifest {
    pub fn read(paths: &Paths) -> Result<Self> {
        let cargo: Cargo = read_toml(&paths.at("Cargo.toml"))?;
        let Toolchain { toolchain: Channel { channel } } = read_toml(&paths.at("rust-toolchain.toml"))?;
        let bindgen = cargo.target.values().find_map(|target| target.dependencies.get("wasm-bindgen"));
        Ok(Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            wasm_bindgen: exact_version(&bindgen.context("Cargo.toml has no wasm-bindgen")?.version)?,
            channel,
            features: cargo.features.into_keys().collect(),
        })
    }
}

/// Reads and parses a TOML file.
pub fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    toml::from_str(&text).with_context(|| format!("{} has not the form that xtask reads", path.display()))
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
    fn the_checkout_itself_can_be_read() {
        let manifest = Manifest::read(&Paths::find().unwrap()).unwrap();
        assert!(!manifest.version.is_empty() && !manifest.wasm_bindgen.is_empty() && !manifest.channel.is_empty());
    }
}
