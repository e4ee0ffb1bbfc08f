//! The file as it is written. Unknown keys are errors: a rule that does nothing because of a misspelt key would keep
//! what it was meant to redact.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use super::BadRules;
use crate::limits::RULES_BYTES;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Rules, in the order in which they run.
    #[serde(default)]
    pub rule: Vec<Entry>,
    /// What holds for one application, by its `pid`.
    #[serde(default)]
    pub app: BTreeMap<String, App>,
}

/// One rule: a condition and one action.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// For the log and `check`.
    pub name: Option<String>,
    /// What it is for; without conditions everything.
    #[serde(default)]
    pub when: When,
    /// `true`.
    pub drop: Option<bool>,
    /// Per cent of the traces that stay.
    pub sample: Option<f64>,
    /// What the name becomes.
    pub rename: Option<Rename>,
    /// What is taken out.
    pub redact: Option<Redact>,
}

/// All of these must hold.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// One `pid`, or a list.
    pub app: Option<Value>,
    /// One `service.name`, or a list.
    pub service: Option<Value>,
    /// One HTTP method, or a list.
    pub method: Option<Value>,
    /// One span kind, or a list.
    pub kind: Option<Value>,
    /// One HTTP status such as 404 or `4xx`, or a list.
    pub status: Option<Value>,
    /// Whether it failed.
    pub error: Option<bool>,
    /// Regex on the URL.
    pub url: Option<String>,
    /// Regex on the name.
    pub name: Option<String>,
    /// Regexes on attributes.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

/// What a name becomes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// Regex; each match is replaced.
    pub r#match: String,
    /// Text with `$1` or `${name}` for groups.
    pub with: String,
}

/// What is taken out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redact {
    /// Parts, or names of attributes; everything without it.
    pub r#in: Option<Vec<String>>,
    /// Regex; the whole text without it.
    pub r#match: Option<String>,
    /// What stands in its place.
    pub with: Option<String>,
}

/// What holds for one application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct App {
    /// What its agents are told.
    pub config: Option<Table>,
}

/// Reads the shape of the file.
pub fn parse(text: &str) -> Result<File, BadRules> {
    if text.len() > RULES_BYTES {
        return Err(BadRules::whole(format!("the file is over {RULES_BYTES} bytes")));
    }
    let reader = toml::Deserializer::parse(text).map_err(|error| BadRules::of_toml(text, "", &error))?;
    serde_path_to_error::deserialize(reader).map_err(|error| {
        let path = error.path().to_string();
        let key = if path == "." { "" } else { &path };
        BadRules::of_toml(text, key, error.inner())
    })
}
