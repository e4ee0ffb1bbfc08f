//! Options, rules, functions and the interface, as the agent in the page sees them.

use tracebeam_web::{Config, Evaluation, Event};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::page::{agent, event, member, reported, request};

#[wasm_bindgen_test]
fn options_that_do_not_fit_come_back_with_their_path() {
    let mut issues = agent().issues();
    issues.sort_by(|one, other| other.path.cmp(&one.path));
    let paths: Vec<_> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(paths, ["tracing.sample", "filters.resource"]);
    assert_eq!(issues[0].to_string(), "tracing.sample must be a number from 0 to 100; using 100");
}

#[wasm_bindgen_test]
fn each_kind_of_rule_decides() {
    let hint = |url: &str| agent().trace_context(url).hint;
    for url in
        ["https://text.example/v1/a", "https://pattern.example/", "https://regexp.example/", "wss://text.example/v1"]
    {
        assert_eq!(hint(url), "set", "{url}");
    }
    // A `g` flag does not make one answer depend on the last.
    assert_eq!(hint("https://regexp.example/"), "set");
    assert_eq!(hint("https://text.example/v10"), "no_match");
    assert_eq!(hint("https://closure.example/other"), "no_match");
    assert_eq!(hint("/ignored"), "excluded");
    let b3 = agent().trace_context("https://closure.example/b3");
    assert_eq!(b3.headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["b3"]);
    assert_eq!(b3.header("B3"), Some(format!("{}-{}-1", b3.trace_id, b3.span_id).as_str()));
}

#[wasm_bindgen_test]
fn a_trace_context_names_the_ids_of_its_headers() {
    let context = agent().trace_context("/socket");
    assert!(context.sampled);
    assert_eq!(context.traceparent(), Some(format!("00-{}-{}-01", context.trace_id, context.span_id).as_str()));
    assert!(context.header("tracestate").is_some());
    let nowhere = agent().trace_context("https://elsewhere.example/");
    assert_eq!((nowhere.headers.len(), nowhere.trace_id.as_str(), nowhere.sampled), (0, "", false));
}

#[wasm_bindgen_test]
async fn requests_are_reported_as_the_closures_say() {
    agent();
    request("/judged").await;
    request("/named").await;
    let judged = event("/judged").await;
    assert_eq!(member(&judged, "trace_context_hint"), "set");
    assert_eq!((member(&judged, "success"), member(&judged, "message")), ("1".to_owned(), "nothing there".to_owned()));
    assert_eq!(member(&judged, "properties"), r#"{"tries":1}"#);
    let named = event("/named").await;
    assert_eq!((member(&named, "name"), member(&named, "success")), ("named request".to_owned(), "0".to_owned()));
    let text = reported().await;
    assert!(text.contains(r#""name":"named view""#) && text.contains(r#""name":"Ann""#), "{text}");
}

#[wasm_bindgen_test]
async fn the_interface_reaches_the_agent() {
    let agent = agent();
    let context = agent.trace_context("/live");
    agent.set_user([("name", "Bob")]);
    agent.set_view("checkout");
    let outcome = Evaluation::default().success(false).status_code(4001).duration(120.0).property("why", "closed");
    let live = Event::of_url("/live").kind("websocket").method("GET").outcome(outcome);
    agent.send_event(&live.traceparent(context.traceparent().unwrap()));
    let event = event("/live").await;
    let of = |name: &str| member(&event, name);
    assert_eq!((of("type"), of("trace_id")), ("websocket".to_owned(), context.trace_id));
    assert_eq!(
        (of("success"), of("status_code"), of("duration")),
        ("0".to_owned(), "4001".to_owned(), "120".to_owned())
    );
    assert_eq!(of("properties"), r#"{"why":"closed"}"#);
    let text = reported().await;
    assert!(text.contains(r#""name":"Bob""#) && text.contains(r#""name":"checkout""#), "{text}");
}

#[wasm_bindgen_test]
fn a_second_start_changes_nothing() {
    let before = agent().issues();
    let again = tracebeam_web::init(&Config::new("other", "/other"));
    assert_eq!(again.issues(), before);
    assert_eq!(again.trace_context("https://text.example/v1").hint, "set");
}
