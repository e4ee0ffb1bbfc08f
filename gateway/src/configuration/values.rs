//! Reading single values. A wrong one is named by its key, with where it was set.

use std::{fmt::Display, str::FromStr, time::Duration};

use bytesize::ByteSize;
use config::{Map, Value};

/// Why the settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSetting {
    /// A value.
    #[error("{key} (set by {origin}): {reason}")]
    Value {
        /// The key: the flag without dashes in front.
        key: String,
        /// The flag, the environment variable or the file.
        origin: String,
        /// What is wrong.
        reason: String,
    },
    /// The settings file.
    #[error("--settings {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// Two settings do not go together, or one lacks another.
    #[error("{0}")]
    Together(String),
}

impl BadSetting {
    /// The file cannot be read, or is no TOML.
    pub(super) fn file(path: &str, error: &dyn Display) -> Self {
        Self::File { path: path.to_owned(), reason: error.to_string() }
    }

    /// The file has a key that there is not.
    pub(super) fn unknown(path: &str, key: &str) -> Self {
        Self::file(path, &format!("there is no setting `{key}`; tracebeam-gateway --help lists all"))
    }
}

/// What was set, by key.
#[derive(Debug)]
pub struct Values(Map<String, Value>);

impl Values {
    pub(super) fn new(values: Map<String, Value>) -> Self {
        Self(values)
    }

    /// Where a key was set; `None` if it was not.
    pub fn origin(&self, key: &str) -> Option<&str> {
        let value = self.0.get(key)?;
        let own = value.origin();
        // The entries of a list know it too.
        own.or_else(|| match &value.kind {
            config::ValueKind::Array(entries) => entries.first().and_then(Value::origin),
            _ => None,
        })
    }

    /// An error about a key.
    pub fn wrong(&self, key: &str, reason: impl Display) -> BadSetting {
        let origin = self.origin(key).unwrap_or("the default").to_owned();
        BadSetting::Value { key: key.to_owned(), origin, reason: reason.to_string() }
    }

    /// All texts of a key; of one that was not set, none.
    pub fn texts(&self, key: &str) -> Result<Vec<String>, BadSetting> {
        let Some(value) = self.0.get(key) else { return Ok(Vec::new()) };
        let entries = match &value.kind {
            config::ValueKind::Array(entries) => entries.clone(),
            config::ValueKind::Table(_) => return Err(self.wrong(key, "must be a text, a number or a list of texts")),
            _ => vec![value.clone()],
        };
        let text = |entry: Value| entry.into_string().map_err(|_| self.wrong(key, "must be a text or a list of texts"));
        entries.into_iter().map(text).collect()
    }

    /// The one text of a key.
    pub fn text(&self, key: &str) -> Result<Option<String>, BadSetting> {
        let mut texts = self.texts(key)?;
        if texts.len() > 1 {
            return Err(self.wrong(key, "must be one value"));
        }
        Ok(texts.pop())
    }

    /// The value of a key that has a default.
    pub fn parsed<T: FromStr<Err: Display>>(&self, key: &str, what: &str) -> Result<T, BadSetting> {
        let text = self.text(key)?.unwrap_or_default();
        text.parse().map_err(|_| self.wrong(key, format!("`{text}` is no {what}")))
    }

    /// All values of a key.
    pub fn all<T, E: Display>(&self, key: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Vec<T>, BadSetting> {
        let parse = |text: String| parse(&text).map_err(|error| self.wrong(key, error));
        self.texts(key)?.into_iter().map(parse).collect()
    }

    /// A length of time such as `24h`.
    pub fn time(&self, key: &str) -> Result<Option<Duration>, BadSetting> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match humantime::parse_duration(&text) {
            Ok(time) if !time.is_zero() => Ok(Some(time)),
            _ => Err(self.wrong(key, format!("`{text}` is no length of time such as 90min, 24h or 7days"))),
        }
    }

    /// A size such as `2GiB`.
    pub fn size(&self, key: &str) -> Result<Option<u64>, BadSetting> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match text.parse::<ByteSize>() {
            Ok(size) => Ok(Some(size.as_u64())),
            Err(_) => Err(self.wrong(key, format!("`{text}` is no size such as 500MB or 2GiB"))),
        }
    }
}
