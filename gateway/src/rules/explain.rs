//! What rules would do, in words, for `tracebeam-gateway check`.

use super::{
    compile::{Action, Rule, Rules},
    condition::{Condition, Status},
    subject::Part,
};

/// A line for each rule and each application.
pub fn explain(rules: &Rules) -> Vec<String> {
    let rule = |rule: &Rule| format!("rule {}: {} {}", rule.name, action(&rule.action), condition(&rule.when));
    let told = rules.applications.all();
    let told = told.map(|(pid, answer)| format!("agents of {pid} are told {} (ETag {})", answer.json, answer.tag));
    rules.rules.iter().map(rule).chain(told).collect()
}

fn action(action: &Action) -> String {
    match action {
        Action::Drop => "drops".to_owned(),
        Action::Sample(threshold) => {
            let percent = (1.0 - *threshold as f64 / (1_u64 << 56) as f64) * 100.0;
            format!("keeps {}% of the traces of", (percent * 1e6).round() / 1e6)
        }
        Action::Rename(regex, with) => format!("replaces /{regex}/ by \"{with}\" in the name of"),
        Action::Redact(parts, regex, with) => {
            let parts: Vec<_> = parts.iter().map(part).collect();
            let what = regex.as_ref().map_or_else(|| "all text".to_owned(), |regex| format!("/{regex}/"));
            format!("replaces {what} by \"{with}\" in {} of", parts.join(", "))
        }
    }
}

fn part(part: &Part) -> &str {
    match part {
        Part::Url => "url",
        Part::Name => "name",
        Part::Message => "message",
        Part::View => "view",
        Part::User => "user",
        Part::Attributes => "attributes",
        Part::Attribute(key) => key,
    }
}

fn condition(when: &Condition) -> String {
    let mut parts = Vec::new();
    let lists = [("app", &when.apps), ("service", &when.services), ("method", &when.methods), ("kind", &when.kinds)];
    for (name, list) in lists {
        parts.extend(list.as_ref().map(|list| format!("{name} {}", list.join(" or "))));
    }
    parts.extend(when.statuses.as_ref().map(|list| {
        let status = |status: &Status| match status {
            Status::One(code) => code.to_string(),
            Status::Class(code) => format!("{}xx", code / 100),
        };
        let list: Vec<_> = list.iter().map(status).collect();
        format!("status {}", list.join(" or "))
    }));
    parts.extend(when.error.map(|error| if error { "an error" } else { "no error" }.to_owned()));
    for (name, regex) in [("url", &when.url), ("name", &when.name)] {
        parts.extend(regex.as_ref().map(|regex| format!("{name} /{regex}/")));
    }
    parts.extend(when.attributes.iter().map(|(key, regex)| format!("{key} /{regex}/")));
    if parts.is_empty() { "everything".to_owned() } else { format!("what has {}", parts.join(", ")) }
}
