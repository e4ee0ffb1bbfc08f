//! Headers of forwarded requests, from settings and from a file.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::values::{BadSetting, Values};

/// Reads `forward-header` and `forward-headers-file`.
pub fn read(values: &Values) -> Result<HeaderMap, BadSetting> {
    let mut headers = HeaderMap::new();
    for (name, value) in values.all("forward-header", header)? {
        headers.append(name, value);
    }
    const FILE: &str = "forward-headers-file";
    if let Some(path) = values.text(FILE)? {
        let wrong = |reason: String| values.wrong(FILE, format!("{path}: {reason}"));
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let (name, value) = header(line).map_err(|reason| wrong(reason.to_owned()))?;
            headers.append(name, value);
        }
    }
    Ok(headers)
}

/// The message never repeats the value, which may be a secret.
fn header(line: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let (name, value) = line.split_once(':').ok_or("must be NAME: VALUE")?;
    let name = name.trim().parse().map_err(|_| "has a name that no header can have")?;
    let mut value: HeaderValue = value.trim().parse().map_err(|_| "has a value that no header can have")?;
    value.set_sensitive(true);
    Ok((name, value))
}
