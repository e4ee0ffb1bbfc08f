//! Every value of `trace_context_hint`, with what goes out and what the event says (docs/hints.md).

use tracebeam::engine::event::TraceContextHint;

use super::decode::contexts;
use super::host::{Call, Host, Sent, rows, text};

const OWN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const UNSAMPLED: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

/// A row has `config`, a request (`url`, `answers`, `own`, `obstacle`), the `hint`, and the names of the headers to set.
#[test]
fn rows_of_the_table() {
    let mut seen = Vec::new();
    for row in rows("hints.toml") {
        let reason = text(&row, "reason");
        let mut host = Host::of(row["config"].as_table().unwrap().clone());
        let own: Vec<(String, String)> = row.get("own").map_or(Vec::new(), |own| {
            own.as_table()
                .unwrap()
                .iter()
                .map(|(name, value)| {
                    (name.clone(), value.as_str().unwrap().replace("$own", OWN).replace("$unsampled", UNSAMPLED))
                })
                .collect()
        });
        let own: Vec<(&str, &str)> = own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let obstacle = match text(&row, "obstacle") {
            "no_cors" => Some(TraceContextHint::NoCors),
            "not_ready" => Some(TraceContextHint::NotReady),
            _ => None,
        };
        let call = Call { href: text(&row, "url"), answers: text(&row, "answers"), own: &own, obstacle };
        let sent = match row.get("revoked") {
            None => host.send(&call),
            Some(_) => Sent { headers: Vec::new(), ..host.start_and(&call, |agent, id| agent.revoke_headers(id)) },
        };
        assert_eq!(sent.hint(), text(&row, "hint"), "{reason}");
        let names: Vec<&str> = sent.headers.iter().map(|(name, _)| name.as_str()).collect();
        let expected: Vec<&str> =
            row["headers"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(names, expected, "{reason}");
        // An event has ids if and only if a context went out, ours or the application's (pitfall S6).
        let theirs = sent.hint() == "external";
        assert_eq!(sent.event.get("trace_id").is_some(), theirs || !contexts(&sent).is_empty(), "{reason}");
        if theirs {
            assert_eq!(sent.event["trace_id"], "0af7651916cd43dd8448eb211c80319c", "{reason}");
            let data = sent.trace_data();
            let (_, traceparent) = own.iter().find(|(name, _)| *name == "traceparent").unwrap();
            assert_eq!(data["headers"]["traceparent"], traceparent.trim(), "{reason}");
            let span = data["spanId"].as_str().unwrap();
            assert!(
                span.len() == 16 && span != "b7ad6b7169203331",
                "{reason}: the event's span is not the application's"
            );
            assert!(sent.header("traceparent").is_empty(), "{reason}: kept, not set");
            for (trace, span, _) in contexts(&sent) {
                assert_eq!((&*trace, &*span), ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), "{reason}");
            }
        }
        seen.push(sent.hint().to_owned());
    }
    for hint in [
        "set",
        "external",
        "invalid",
        "cross_origin",
        "disabled",
        "excluded",
        "no_match",
        "not_http",
        "no_cors",
        "not_sampled",
        "max_length",
        "predicate_error",
        "header_conflict",
        "patch_failed",
        "not_ready",
    ] {
        assert!(seen.iter().any(|seen| seen == hint), "no row for {hint}");
    }
}

#[test]
fn headers_that_could_not_be_set_leave_no_ids() {
    let mut host = Host::new("tracing = true");
    let call = Call { href: "https://shop.example/x", ..Call::default() };
    let sent = host.start_and(&call, |agent, id| agent.revoke_headers(id));
    assert_eq!((sent.hint(), sent.event.get("trace_id")), ("patch_failed", None));
    let own = [("traceparent", OWN)];
    let sent = host.start_and(&Call { own: &own, ..call }, |agent, id| agent.revoke_headers(id));
    assert_eq!(sent.hint(), "patch_failed");
    assert_eq!(sent.trace_data()["headers"], serde_json::json!({"traceparent": OWN}), "the application's own went out");
}

#[test]
fn a_rule_that_throws_is_warned_about_once() {
    let mut host = Host::new("tracing = { allowedUrls = [{ function = 0 }] }");
    for _ in 0..3 {
        host.agent.start_request(&tracebeam::engine::agent::Request {
            id: 1,
            kind: tracebeam::engine::event::Kind::Fetch,
            href: "https://a.example/",
            method: "",
            answers: b"e",
            own: "",
            obstacle: None,
            now: 0.0,
            date: 0.0,
        });
    }
    assert_eq!(host.warnings(), ["tracing.allowedUrls must be rules that do not throw; what throws does not match"]);
}

#[test]
fn what_a_filter_matches_is_neither_traced_nor_reported() {
    let mut host = Host::new("tracing = true\nfilters = { resource = ['/static', { regexp = 0 }] }");
    for (url, answers) in [("https://shop.example/static/x.js", "0"), ("https://shop.example/x", "1")] {
        let sent = host.send(&Call { href: url, answers, ..Call::default() });
        assert!(sent.headers.is_empty() && sent.event.is_null(), "{url}");
    }
    assert_eq!(host.send(&Call { href: "https://shop.example/x", answers: "0", ..Call::default() }).hint(), "set");
}
