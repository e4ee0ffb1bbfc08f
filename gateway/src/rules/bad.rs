//! What is wrong in a file of rules, and where: line, column and key.

use std::fmt;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Why a file of rules cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct BadRules {
    /// The file, where the text came from one.
    pub file: Option<String>,
    /// Line and column, from 1; `None` where the whole file is meant.
    pub place: Option<(usize, usize)>,
    /// The key, such as `rule[2].when.url`; empty where there is none.
    pub key: String,
    /// What is wrong.
    pub reason: String,
}

impl fmt::Display for BadRules {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.file.as_deref().unwrap_or("rules"))?;
        if let Some((line, column)) = self.place {
            write!(formatter, ":{line}:{column}")?;
        }
        if !self.key.is_empty() {
            write!(formatter, ": {}", self.key)?;
        }
        write!(formatter, ": {}", self.reason)
    }
}

impl BadRules {
    /// A fault of the whole file.
    pub fn whole(reason: impl Into<String>) -> Self {
        Self { file: None, place: None, key: String::new(), reason: reason.into() }
    }

    /// A fault under a key of `text`.
    pub fn at(text: &str, key: &str, reason: impl Into<String>) -> Self {
        let start = DeTable::parse(text).ok().and_then(|table| find(&table, key));
        Self { place: start.map(|start| line_and_column(text, start)), key: key.to_owned(), ..Self::whole(reason) }
    }

    /// A fault that the TOML reader found, under this key.
    pub fn of_toml(text: &str, key: &str, error: &toml::de::Error) -> Self {
        match error.span() {
            Some(span) => Self {
                place: Some(line_and_column(text, span.start)),
                key: key.to_owned(),
                ..Self::whole(error.message().replace('\n', ", "))
            },
            None => Self::at(text, key, error.message()),
        }
    }
}

/// Where the value of a dotted key begins; the innermost one on the way that exists.
fn find(table: &Spanned<DeTable<'_>>, key: &str) -> Option<usize> {
    let mut steps = steps(key).into_iter();
    let first = steps.next()?;
    let entry = |table: &DeTable<'_>, name: &str| table.iter().position(|(key, _)| key.get_ref() == name);
    let at = entry(table.get_ref(), &first)?;
    let (key, mut value) = table.get_ref().iter().nth(at)?;
    let mut start = key.span().start;
    for step in steps {
        let next = match value.get_ref() {
            DeValue::Table(table) => {
                table.iter().find(|(key, _)| key.get_ref() == step.as_str()).map(|(key, value)| (key.span(), value))
            }
            DeValue::Array(list) => {
                step.parse::<usize>().ok().and_then(|index| list.get(index)).map(|value| (value.span(), value))
            }
            _ => None,
        };
        let Some((span, inner)) = next else { break };
        start = span.start;
        value = inner;
    }
    Some(start)
}

/// The steps of `rule[2].when."a.b"`.
fn steps(key: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let mut quoted = false;
    for character in key.chars() {
        match character {
            '"' => quoted = !quoted,
            '.' | '[' if !quoted => steps.push(String::new()),
            ']' if !quoted => {}
            _ => steps.last_mut().into_iter().for_each(|step| step.push(character)),
        }
    }
    steps
}

/// Line and column of a byte, both from 1; the column counts characters.
fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

/// A key as TOML writes it: quoted where it has other characters than a bare key may have.
pub fn quoted(key: &str) -> String {
    let bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { key.to_owned() } else { format!("\"{key}\"") }
}
