//! `GET /metrics`: what the gateway has done, in Prometheus' text format.

use std::fmt::Write;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::Gateway;

/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// All counters and gauges.
pub async fn text(State(gateway): State<Gateway>) -> Response {
    let mut text = String::new();
    let counters = &gateway.counters;
    for (name, help, counter) in counters.all() {
        family(&mut text, name, help, "counter");
        line(&mut text, name, "", counter.value());
    }
    family(&mut text, "events_dropped_by_agents_total", "Events that agents could not send, by reason.", "counter");
    for (reason, counter) in counters.events_dropped_by_agents.all() {
        line(&mut text, "events_dropped_by_agents_total", &format!("{{reason=\"{reason}\"}}"), counter.value());
    }
    family(&mut text, "requests_refused_total", "Requests that were not answered with success, by kind.", "counter");
    for (kind, count) in counters.refusals.counts() {
        line(&mut text, "requests_refused_total", &format!("{{kind=\"{kind}\"}}"), count);
    }
    let rules = &gateway.settings.rules;
    for (name, help, counter) in [
        ("rules_reloads_total", "How often the rules were read anew.", &rules.reloads),
        (
            "rules_reload_failures_total",
            "How often new rules were wrong, so that the old ones stayed.",
            &rules.failed_reloads,
        ),
    ] {
        family(&mut text, name, help, "counter");
        line(&mut text, name, "", counter.value());
    }
    let connections = &gateway.connections;
    family(&mut text, "connections_closed_total", "Connections closed early, by reason.", "counter");
    for (reason, counter) in [("client_limit", &connections.over_client_limit), ("timeout", &connections.timed_out)] {
        line(&mut text, "connections_closed_total", &format!("{{reason=\"{reason}\"}}"), counter.value());
    }
    for (name, help, value) in [
        ("connections", "Connections at this moment.", connections.open()),
        ("connections_limit", "Connections that may be open.", connections.limit()),
        ("intake_bytes", "Memory of requests that are under way.", gateway.budget.taken()),
    ] {
        family(&mut text, name, help, "gauge");
        line(&mut text, name, "", value as u64);
    }
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response()
}

fn family(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(text, "# HELP tracebeam_{name} {help}\n# TYPE tracebeam_{name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, value: u64) {
    let _ = writeln!(text, "tracebeam_{name}{labels} {value}");
}
