//! Tests whose rows are data.

use std::path::Path;

use serde::de::DeserializeOwned;

/// Reads a data table; its name is a file in `tests/data`.
pub fn table<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    toml::from_str(&std::fs::read_to_string(&path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
