//! `GET /metrics`: what the gateway has done, in Prometheus' text format.

use std::fmt::Write;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::Gateway;
use crate::forward::Forward;

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
    if let Some(forward) = &gateway.forward {
        forwarding(&mut text, forward);
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

fn forwarding(text: &mut String, forward: &Forward) {
    let stats = &forward.stats;
    family(text, "forward_spans_total", "Spans that were passed on, by what the receiver said.", "counter");
    for (result, counter) in
        [("delivered", &stats.delivered), ("rejected", &stats.rejected), ("refused", &stats.refused)]
    {
        line(text, "forward_spans_total", &format!("{{result=\"{result}\"}}"), counter.value());
    }
    family(text, "forward_failures_total", "Tries to pass spans on that failed, by kind.", "counter");
    for (kind, count) in stats.failures.counts() {
        line(text, "forward_failures_total", &format!("{{kind=\"{kind}\"}}"), count);
    }
    for (name, help, counter) in [
        ("forward_repeated_total", "Spans that a sender repeated, and that were passed on once.", &stats.repeated),
        ("spool_damaged_total", "Segments of the spool that could not be read to their end.", &*stats.damaged),
    ] {
        family(text, name, help, "counter");
        line(text, name, "", counter.value());
    }
    for (name, help, value) in [
        ("spool_bytes", "Bytes that wait to be passed on.", forward.spool().used()),
        ("spool_limit_bytes", "Bytes that may wait.", forward.spool().most()),
    ] {
        family(text, name, help, "gauge");
        line(text, name, "", value);
    }
}

fn family(text: &mut String, name: &str, help: &str, kind: &str) {
    let _ = writeln!(text, "# HELP tracebeam_{name} {help}\n# TYPE tracebeam_{name} {kind}");
}

fn line(text: &mut String, name: &str, labels: &str, value: u64) {
    let _ = writeln!(text, "tracebeam_{name}{labels} {value}");
}
