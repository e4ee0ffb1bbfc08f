//! The one table of options: what each takes, what happens when it does not fit, and where it goes.

use super::{Config, RawValue};
use crate::engine::rules::{Entry, UrlRule};
use crate::engine::url;

/// One option of the page's configuration.
pub struct Field {
    /// Dotted path from the root of the configuration object.
    pub path: &'static str,
    /// What it takes, for the warning.
    pub expects: &'static str,
    /// Writes a valid value into the configuration; `false` leaves the default and warns.
    set: fn(&mut Config, &RawValue) -> bool,
}

/// A value that did not fit; the option keeps its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issue {
    /// The option's path.
    pub path: &'static str,
    /// What it takes.
    pub expects: &'static str,
}

/// Longest text that an option takes, in bytes: a configuration is no place for documents.
const MAX_TEXT: usize = 2000;
/// Most entries of `tracing.allowedUrls` that are looked at: each costs time on every request.
const MAX_RULES: usize = 200;

/// Every option. The README's table and `index.d.ts` are checked against it.
pub const FIELDS: &[Field] = &[
    Field { path: "pid", expects: "a non-empty string", set: |c, v| name(&mut c.pid, v) },
    Field { path: "endpoint", expects: "a non-empty string", set: |c, v| name(&mut c.endpoint, v) },
    Field { path: "env", expects: "a string", set: |c, v| text(&mut c.env, v) },
    Field { path: "version", expects: "a string", set: |c, v| text(&mut c.version, v) },
    Field { path: "tracing", expects: "true, false or an object", set: tracing },
    Field { path: "tracing.enable", expects: "true or false", set: |c, v| flag(&mut c.tracing.enable, v) },
    Field {
        path: "tracing.sample",
        expects: "a number from 0 to 100",
        set: |c, v| number(v, 0.0, 100.0).map(|n| c.tracing.sample = n).is_some(),
    },
    Field { path: "tracing.tracestate", expects: "true or false", set: |c, v| flag(&mut c.tracing.tracestate, v) },
    Field { path: "tracing.allowedUrls", expects: "an array of rules", set: allowed_urls },
    Field {
        path: "reportConfig.flushTime",
        expects: "a number from 0 to 10000",
        set: |c, v| number(v, 0.0, 10_000.0).map(|n| c.report.flush_time = n as u32).is_some(),
    },
    Field {
        path: "reportConfig.maxEventCount",
        expects: "a number from 1 to 100",
        set: |c, v| number(v, 1.0, 100.0).map(|n| c.report.max_event_count = n as u32).is_some(),
    },
];

/// Reads a configuration. It cannot fail: what does not fit becomes an [`Issue`] and the default.
pub fn read(raw: &RawValue) -> (Config, Vec<Issue>) {
    let mut config = Config::default();
    let mut issues = Vec::new();
    for field in FIELDS {
        let value = field.path.split('.').fold(raw, |value, key| value.get(key));
        if *value != RawValue::Absent && !(field.set)(&mut config, value) {
            issues.push(Issue { path: field.path, expects: field.expects });
        }
    }
    for (path, value) in [("pid", &config.pid), ("endpoint", &config.endpoint)] {
        if value.is_empty() && !issues.iter().any(|issue| issue.path == path) {
            issues.push(Issue { path, expects: "a non-empty string" });
        }
    }
    (config, issues)
}

fn text(target: &mut String, value: &RawValue) -> bool {
    match value {
        RawValue::Text(text) if text.len() <= MAX_TEXT => target.clone_from(text),
        _ => return false,
    }
    true
}

fn name(target: &mut String, value: &RawValue) -> bool {
    text(target, value) && !target.is_empty()
}

fn flag(target: &mut bool, value: &RawValue) -> bool {
    match value {
        RawValue::Bool(flag) => *target = *flag,
        _ => return false,
    }
    true
}

fn number(value: &RawValue, min: f64, max: f64) -> Option<f64> {
    match value {
        RawValue::Number(number) if *number >= min && *number <= max => Some(*number),
        _ => None,
    }
}

/// `tracing: true` is the object with all defaults; an object is enabled unless it says otherwise.
fn tracing(config: &mut Config, value: &RawValue) -> bool {
    match value {
        RawValue::Bool(on) => config.tracing.enable = *on,
        RawValue::Map(_) => config.tracing.enable = true,
        _ => return false,
    }
    true
}

fn allowed_urls(config: &mut Config, value: &RawValue) -> bool {
    let RawValue::List(list) = value else { return false };
    let mut valid = list.len() <= MAX_RULES;
    for item in list.iter().take(MAX_RULES) {
        let matcher = match item {
            RawValue::Map(_) => item.get("match"),
            other => other,
        };
        let rule = match matcher {
            RawValue::Text(text) => prefix(text),
            RawValue::Host(index) => Some(UrlRule::Host(*index)),
            _ => None,
        };
        match rule {
            Some(rule) => {
                config.tracing.allowed.push(Entry { rule, propagators: config.tracing.propagators });
            }
            None => valid = false,
        }
    }
    valid
}

fn prefix(text: &str) -> Option<UrlRule> {
    let url = url::split(text);
    (!url.origin.is_empty()).then(|| UrlRule::Prefix { origin: url.origin.to_owned(), path: url.path.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Config, Vec<&'static str>) {
        let (config, issues) = read(&RawValue::parse(text));
        (config, issues.iter().map(|issue| issue.path).collect())
    }

    #[test]
    fn nothing_at_all_names_the_two_required_keys() {
        let (config, issues) = check("n");
        assert_eq!(config, Config::default());
        assert_eq!(issues, ["pid", "endpoint"]);
    }

    #[test]
    fn tracing_true_is_everything_at_its_default() {
        let (config, issues) = check("{3\0pid\0\"p\0endpoint\0\"/rum\0tracing\0t");
        assert!(issues.is_empty());
        assert!(config.tracing.enable && config.tracing.tracestate);
        assert_eq!(config.tracing.sample, 100.0);
    }

    #[test]
    fn an_invalid_value_reverts_and_is_named_once() {
        let (config, issues) = check("{3\0pid\0\"p\0endpoint\0\"/rum\0tracing\0{2\0sample\0#101000000\0enable\0\"yes");
        assert_eq!(config.tracing.sample, 100.0);
        assert!(config.tracing.enable, "an invalid value reverts to true");
        assert_eq!(issues, ["tracing.enable", "tracing.sample"]);
    }
}
