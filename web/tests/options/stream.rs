//! A configuration as the engine reads it: the token stream that `pkg-template/js/core/tokens.js` writes.

use serde_json::Value;
use tracebeam::engine::config::{RawValue, read};
use tracebeam_web::Config;

/// The paths of the options that the engine does not take.
pub fn issues(config: &Config) -> Vec<&'static str> {
    let text = stream(&serde_json::to_value(config).unwrap());
    read(RawValue(&text)).1.into_iter().map(|(path, _)| path).collect()
}

/// A value as tokens. URLs are those of a page at https://page.example/.
pub fn stream(value: &Value) -> String {
    match value {
        Value::Null => "n".to_owned(),
        Value::Bool(true) => "t".to_owned(),
        Value::Bool(false) => "f".to_owned(),
        Value::Number(number) => format!("#{number}"),
        Value::String(text) if text.starts_with('/') => format!("\"{text}\0https://page.example{text}"),
        Value::String(text) => format!("\"{text}\0{}", if text.contains("://") { text } else { "" }),
        Value::Array(items) => {
            let tokens: String = items.iter().map(|item| format!("\0{}", stream(item))).collect();
            format!("[{}{tokens}", items.len())
        }
        Value::Object(members) => {
            let tokens: String = members.iter().map(|(key, value)| format!("\0k{key}\0{}", stream(value))).collect();
            format!("{{{}{tokens}", members.len())
        }
    }
}
