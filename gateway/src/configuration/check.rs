//! `tracebeam-gateway check`: what the gateway would do with its settings, and what an operator may have overlooked.

use std::fmt::Write;

use bytesize::ByteSize;

use super::plan::{Keep, Plan};
use crate::rules;

/// What the settings mean, line by line. Secrets are not in it.
pub fn describe(plan: &Plan) -> String {
    let mut text = String::new();
    for (title, meaning) in [
        ("listens on", listens(plan)),
        ("takes from", reporters(plan)),
        ("shows to", readers(plan)),
        ("keeps", keeps(plan)),
        ("forwards to", forwards(plan)),
        ("rules", plan.settings.rules.file().map_or("none".to_owned(), |path| path.display().to_string())),
    ] {
        let _ = writeln!(text, "{title:<12} {meaning}");
    }
    for line in rules::explain(&plan.settings.rules.current()) {
        let _ = writeln!(text, "             {line}");
    }
    for warning in warnings(plan) {
        let _ = writeln!(text, "warning: {warning}");
    }
    text
}

/// What works, and is perhaps not meant.
pub fn warnings(plan: &Plan) -> Vec<String> {
    let mut warnings = Vec::new();
    let settings = &plan.settings;
    let public = !plan.listen.ip().is_loopback();
    if public && settings.token.is_none() {
        warnings.push("no token: the view, the API, the metrics and OTLP answer 403; set token-file".to_owned());
    }
    if public && settings.origins.is_empty() {
        warnings.push("no origins: only pages of this machine may report; set origins".to_owned());
    }
    if !public && !settings.trusted_proxies.is_empty() && settings.token.is_none() {
        warnings.push("trusted-proxy without a token: requests that come through a proxy cannot read".to_owned());
    }
    if public && settings.token.is_some() && settings.hosts.is_empty() {
        warnings
            .push("no host: the view and the API answer by address only; set host to the gateway's name".to_owned());
    }
    if let Some(forward) = &plan.settings.forward
        && !forward.headers.is_empty()
        && !forward.target.is_encrypted()
        && !forward.target.is_local()
    {
        warnings.push("forward sends its headers unencrypted; use https:// or grpcs://".to_owned());
    }
    warnings
}

fn listens(plan: &Plan) -> String {
    let reach =
        if plan.listen.ip().is_loopback() { "only this machine can connect" } else { "other machines can connect" };
    format!("{} ({reach}), at most {} connections", plan.listen, plan.settings.connections)
}

fn reporters(plan: &Plan) -> String {
    let settings = &plan.settings;
    let pages =
        if settings.origins.is_empty() { "pages of this machine".to_owned() } else { settings.origins.to_string() };
    let services = match (&settings.token, plan.listen.ip().is_loopback()) {
        (Some(_), _) => "services with the token",
        (None, true) => "services of this machine",
        (None, false) => "no services",
    };
    format!("{pages}; {services}")
}

fn readers(plan: &Plan) -> String {
    match (&plan.settings.token, plan.listen.ip().is_loopback()) {
        (Some(_), _) if plan.settings.hosts.is_empty() => "whoever has the token".to_owned(),
        (Some(_), _) => format!("whoever has the token, at {}", plan.settings.hosts.join(", ")),
        (None, true) => "this machine".to_owned(),
        (None, false) => "nobody".to_owned(),
    }
}

fn keeps(plan: &Plan) -> String {
    let place = match &plan.keep {
        Keep::Nothing => return "nothing: the view and the API answer 404".to_owned(),
        Keep::Memory => "in memory, until the program ends".to_owned(),
        Keep::File(path) => format!("in {}", path.display()),
    };
    let bounds = plan.bounds;
    let age = plan.settings.keep.map_or(String::new(), |age| format!(", for {}", humantime::format_duration(age)));
    let (events, traces) = (ByteSize(bounds.event_bytes), ByteSize(bounds.bytes));
    format!("{place}{age}: {} events in {events}, {} traces in {traces}", bounds.events, bounds.traces)
}

fn forwards(plan: &Plan) -> String {
    let Some(forward) = &plan.settings.forward else { return "nobody".to_owned() };
    let names: Vec<_> = forward.headers.keys().map(|name| name.as_str()).collect();
    let with = if names.is_empty() { String::new() } else { format!(" with {}", names.join(", ")) };
    format!("{}{with}; spool {} of {}", forward.target, forward.spool.display(), ByteSize(forward.spool_bytes))
}
