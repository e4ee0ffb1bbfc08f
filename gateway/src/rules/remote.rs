//! What agents with `remoteConfig` are told: `[app.PID.config]`, checked by the agent's own table of options
//! ([`tracebeam::engine::config`]), so that nobody's agent meets a value that it would warn of.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use serde_json::{Map, Value};
use tracebeam::engine::config::{self, FIELDS, REMOTE, RawValue};
use url::Url;

use super::{BadRules, bad::quoted, file::App};
use crate::limits::CONFIG_BYTES;

/// Options that agents read at their start only.
const AT_THE_START: &[&str] = &["reportConfig.compress", "sessionConfig.storage"];

/// Relative URLs are resolved by the page; any will do to check them.
const PAGE: &str = "https://page.example/";

/// What the page itself must have said.
const PAGES_OWN: &str = "{3\0kpid\0\"p\0\0kendpoint\0\"/rum\0https://page.example/rum\0kremoteConfig\0t";

/// What agents are told, by `pid`.
#[derive(Debug, Default)]
pub struct Applications(BTreeMap<String, Answer>);

/// One application's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// A JSON object.
    pub json: String,
    /// Its entity tag.
    pub tag: String,
}

impl Answer {
    /// With the tag of this text, a hash of 64 bits.
    pub fn new(json: String) -> Self {
        let mut hasher = DefaultHasher::new();
        json.hash(&mut hasher);
        Self { tag: format!("\"{:016x}\"", hasher.finish()), json }
    }
}

impl Applications {
    /// Reads and checks the sections of a file.
    pub fn new(text: &str, sections: BTreeMap<String, App>) -> Result<Self, BadRules> {
        let mut answers = BTreeMap::new();
        for (pid, section) in sections {
            let key = format!("app.{}.config", quoted(&pid));
            let Some(table) = section.config else { continue };
            let json = to_json(&toml::Value::Table(table)).unwrap_or_default();
            check(&json).map_err(|(path, reason)| {
                let separator = if path.is_empty() { "" } else { "." };
                BadRules::at(text, &format!("{key}{separator}{path}"), reason)
            })?;
            let json = json.to_string();
            if json.len() as u64 > CONFIG_BYTES {
                return Err(BadRules::at(
                    text,
                    &key,
                    format!("is over {CONFIG_BYTES} bytes, and agents look no further"),
                ));
            }
            answers.insert(pid, Answer::new(json));
        }
        Ok(Self(answers))
    }

    /// What this application's agents are told.
    pub fn get(&self, pid: &str) -> Option<&Answer> {
        self.0.get(pid)
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Answer)> {
        self.0.iter().map(|(pid, answer)| (pid.as_str(), answer))
    }
}

/// Checks what agents would be told. `Err` has the path of the option and what is wrong with it.
pub fn check(json: &Value) -> Result<(), (String, String)> {
    let Value::Object(options) = json else { return Err((String::new(), "must be an object".to_owned())) };
    known("", options)?;
    let mut tokens = String::from(PAGES_OWN);
    tokens.push('\0');
    push_tokens(&mut tokens, json);
    let (_, issues) = config::read(RawValue(&tokens));
    match issues.first() {
        Some((path, expects)) => {
            let expects = expects.split(';').next().unwrap_or_default();
            Err(((*path).to_owned(), format!("must be {expects}")))
        }
        None => Ok(()),
    }
}

/// Options that agents do not know, or do not take from the endpoint.
fn known(parent: &str, options: &Map<String, Value>) -> Result<(), (String, String)> {
    for (key, value) in options {
        let path = if parent.is_empty() { key.clone() } else { format!("{parent}.{key}") };
        if AT_THE_START.contains(&path.as_str()) {
            return Err((path, "is read at the agent's start only".to_owned()));
        }
        let mut remote = FIELDS.iter().skip(REMOTE);
        if !remote.any(|field| field.path == path) {
            let reason = match FIELDS.iter().any(|field| field.path == path) {
                true => "is the page's to decide",
                false => "is no option of the agent",
            };
            let path = if parent.is_empty() { quoted(key) } else { format!("{parent}.{}", quoted(key)) };
            return Err((path, reason.to_owned()));
        }
        if let (true, Value::Object(members)) = (parent.is_empty(), value) {
            known(&path, members)?;
        }
    }
    Ok(())
}

/// A value as the agent's host hands it to the engine (`engine::config::RawValue`).
fn push_tokens(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push('n'),
        Value::Bool(flag) => out.push(if *flag { 't' } else { 'f' }),
        Value::Number(number) => {
            out.push('#');
            out.push_str(&number.to_string());
        }
        // The host makes a RegExp of `/…/` and `/…/i` (pkg-template/js/browser/remote.js).
        Value::String(text) if is_pattern(text) => out.push_str("r0"),
        Value::String(text) => {
            let href = Url::parse(PAGE).and_then(|page| page.join(text)).map(String::from).unwrap_or_default();
            for part in ["\"", &text.replace('\0', "\u{fffd}"), "\0", &href] {
                out.push_str(part);
            }
        }
        Value::Array(list) => {
            out.push_str(&format!("[{}", list.len()));
            for item in list {
                out.push('\0');
                push_tokens(out, item);
            }
        }
        Value::Object(map) => {
            out.push_str(&format!("{{{}", map.len()));
            for (key, item) in map {
                out.push_str("\0k");
                out.push_str(&key.replace('\0', "\u{fffd}"));
                out.push('\0');
                push_tokens(out, item);
            }
        }
    }
}

fn is_pattern(text: &str) -> bool {
    let rest = text.strip_suffix('i').unwrap_or(text);
    rest.len() > 2 && rest.starts_with('/') && rest.ends_with('/')
}

/// TOML as JSON; dates as text, and numbers that JSON cannot say as nothing.
fn to_json(value: &toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::String(text) => Value::String(text.clone()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::Number(serde_json::Number::from_f64(*number)?),
        toml::Value::Boolean(flag) => Value::Bool(*flag),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(list) => list.iter().map(|item| to_json(item).unwrap_or_default()).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, item)| (key.clone(), to_json(item).unwrap_or_default())).collect()
        }
    })
}
