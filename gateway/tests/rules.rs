//! Rules of a file: what is wrong in one, and what they do to events and spans.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use support::{Gateway, SPAN, TRACE, bundle, event, settings, table};
use tracebeam_gateway::{
    ids::TraceId,
    limits::RULES,
    rules::{Live, Rules, explain, subject::SampledBy},
    settings::Settings,
};

#[derive(Deserialize)]
struct Bad {
    file: Vec<BadRow>,
}

#[derive(Deserialize)]
struct BadRow {
    why: String,
    text: String,
    at: (usize, usize),
    key: String,
    says: String,
}

#[test]
fn what_is_wrong_in_a_file_has_a_line_a_column_and_a_key() {
    for row in table::<Bad>("bad_rules.toml").file {
        let bad = Rules::parse(&row.text).expect_err(&row.why);
        assert_eq!((bad.place, bad.key.as_str()), (Some(row.at), row.key.as_str()), "{}: {bad}", row.why);
        assert!(bad.reason.contains(&row.says), "{}: {bad}", row.why);
        assert!(!bad.to_string().contains('\n'), "one line: {bad}");
    }
}

#[test]
fn the_number_of_rules_and_regexes_is_bounded() {
    let rules = |count: usize, rule: &str| Rules::parse(&format!("[[rule]]\n{rule}\n").repeat(count));
    assert!(rules(RULES, "drop = true").is_ok());
    let bad = rules(RULES + 1, "drop = true").unwrap_err();
    assert_eq!((bad.place, bad.key.as_str()), (Some((2 * RULES + 1, 1)), "rule[100]"));
    let bad = rules(60, "drop = true\nwhen = { url = 'a', name = 'b' }").unwrap_err();
    assert!(bad.to_string().contains("regexes at most"), "{bad}");
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    why: String,
    rules: String,
    event: Option<Value>,
    span: Option<Value>,
    #[serde(default)]
    attributes: Map<String, Value>,
    #[serde(default)]
    resource: Map<String, Value>,
    is: Option<Map<String, Value>>,
}

async fn with_rules(text: &str) -> Gateway {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    Gateway::start_as(Settings { rules: Arc::new(Live::open(file.path()).unwrap()), ..settings() }).await
}

fn attributes(map: &Map<String, Value>) -> Value {
    let value = |value: &Value| match value {
        Value::String(text) => json!({"stringValue": text}),
        value => json!({"intValue": value}),
    };
    map.iter().map(|(key, given)| json!({"key": key, "value": value(given)})).collect()
}

fn otlp(case: &Case) -> Value {
    let start = 1_790_000_000_000_000_000_u64;
    let mut span = json!({
        "traceId": TRACE, "spanId": SPAN, "name": "work", "kind": 2, "attributes": attributes(&case.attributes),
        "startTimeUnixNano": start.to_string(), "endTimeUnixNano": (start + 1).to_string(),
        "events": [{"timeUnixNano": start.to_string(), "name": "exception", "attributes": [
            {"key": "exception.message", "value": {"stringValue": "anna@shop.example failed"}}
        ]}],
    });
    for (key, value) in case.span.iter().filter_map(Value::as_object).flatten() {
        span[key] = value.clone();
    }
    let resource = json!({"attributes": attributes(&case.resource)});
    json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [span]}]}]})
}

#[tokio::test]
async fn rules_change_and_leave_out_events_and_spans() {
    for case in table::<Cases>("rules.toml").case {
        let gateway = with_rules(&case.rules).await;
        let (stored, left_out) = if let Some(changes) = &case.event {
            assert_eq!(gateway.send(&bundle(json!([event("a", changes.clone())]))).await, StatusCode::NO_CONTENT);
            let left_out =
                gateway.counter("events_dropped_by_rules").await + gateway.counter("events_sampled_out").await;
            assert_eq!(gateway.counter("spans_stored").await, 1 - left_out, "the span goes with its event");
            (gateway.events().await.pop(), left_out)
        } else {
            let answer = gateway.post("/v1/traces", "application/json", otlp(&case).to_string()).await;
            assert_eq!(answer.text().await.unwrap(), "{}", "what a rule leaves out is accepted");
            let left_out = gateway.counter("spans_dropped_by_rules").await + gateway.counter("spans_sampled_out").await;
            match left_out {
                0 => (Some(gateway.trace(TRACE).await["spans"][0].clone()), 0),
                some => (None, some),
            }
        };
        assert_eq!(left_out, u64::from(case.is.is_none()), "{}", case.why);
        for (pointer, expected) in case.is.iter().flatten() {
            let value = stored.as_ref().unwrap().pointer(pointer).unwrap_or(&Value::Null);
            let value = if value.is_null() { &json!("") } else { value };
            assert_eq!(value, expected, "{}: {pointer} of {stored:?}", case.why);
        }
        gateway.stop().await;
    }
}

#[tokio::test]
async fn the_span_of_an_event_says_what_the_rules_made_of_it() {
    let text = "[[rule]]\nrename = { match = '.+', with = 'renamed' }\n[[rule]]\nredact = { in = ['user', 'url'] }";
    let gateway = with_rules(text).await;
    gateway.send(&bundle(json!([event("a", json!({}))]))).await;
    let span = gateway.trace(TRACE).await["spans"][0].clone();
    assert_eq!(span["name"], "browser.request:renamed");
    assert_eq!(span["attributes"]["user.id"], "REDACTED");
    assert!(!span.to_string().contains("orders"), "{span}");
}

#[tokio::test]
async fn what_rules_leave_out_is_accepted_beside_what_is_wrong() {
    let gateway = with_rules("[[rule]]\nwhen.url = 'health'\ndrop = true").await;
    let bad = json!({"event_type": "resource"});
    let bundle = bundle(json!([event("a", json!({"url": "http://a/health"})), bad]));
    let answer = gateway.post("/rum", "text/plain", bundle.to_string()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let answer = support::json_of(answer).await;
    assert_eq!((&answer["accepted"], &answer["refused"]), (&json!(1), &json!(1)));
}

/// A multiplicative generator: the same ids every time.
fn trace_ids() -> impl Iterator<Item = TraceId> {
    let mut state = 1_u128;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(0x2d99_787d_8d2d_51c5_5f5b_4bd1_c1a4_9a65).wrapping_add(1);
        TraceId::from_bytes(&state.rotate_left(40).to_be_bytes()).unwrap()
    })
}

#[test]
fn sampling_keeps_its_share_of_traces_and_of_sessions() {
    let threshold = (1_u64 << 56) / 4 * 3;
    let kept = trace_ids().take(10_000).filter(|id| SampledBy::Trace(*id).randomness() >= threshold).count();
    assert!((2_400..2_600).contains(&kept), "{kept} of 10,000 traces at 25%");
    let sessions = (0..10_000).map(|index| format!("session-{index}"));
    let kept = sessions.filter(|id| SampledBy::Text(id).randomness() >= threshold).count();
    assert!((2_400..2_600).contains(&kept), "{kept} of 10,000 sessions at 25%");
    // A lower rate keeps a part of what a higher one keeps: so gateways with other rates agree as far as they can.
    assert_eq!(SampledBy::Text("session-1").randomness(), 68_230_931_507_135_755, "the same on every gateway");
}

#[test]
fn what_rules_would_do_is_said_in_words() {
    let text = r#"
        [[rule]]
        name = "health checks"
        when = { app = "shop", method = ["GET", "HEAD"], status = "2xx", url = '/health$', error = false }
        drop = true
        [[rule]]
        sample = 12.5
        [[rule]]
        when.attributes."db.system" = "post"
        redact = { in = ["db.statement", "name"] }
        [[rule]]
        rename = { match = 'a', with = "b" }
        [app.shop.config]
        tracing = { sample = 5 }
    "#;
    let lines = explain(&Rules::parse(text).unwrap());
    let [first, second, third, fourth, fifth] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!(
        first,
        "rule health checks: drops what has app shop, method GET or HEAD, status 2xx, no error, url //health$/"
    );
    assert_eq!(second, "rule 2: keeps 12.5% of the traces of everything");
    assert_eq!(third, "rule 3: replaces all text by \"REDACTED\" in db.statement, name of what has db.system /post/");
    assert_eq!(fourth, "rule 4: replaces /a/ by \"b\" in the name of everything");
    assert!(fifth.starts_with("agents of shop are told {\"tracing\":{\"sample\":5}} (ETag \""), "{fifth}");
}

#[tokio::test]
async fn a_section_of_an_application_is_what_its_agents_are_told() {
    let text = r#"
        [app.shop.config]
        reportConfig.flushTime = 100
        filters.resource = ["/health", '/\.png$/i']
        [app.shop.config.tracing]
        sample = 5
        allowedUrls = [{ match = "https://api.example", propagatorTypes = ["b3"] }, "//other.example/v1"]
    "#;
    let gateway = with_rules(text).await;
    let ask = || gateway.request(Method::GET, "/config/shop").header("origin", "http://localhost:3000");
    let answer = ask().send().await.unwrap();
    assert_eq!(answer.headers()["access-control-allow-origin"], "http://localhost:3000");
    let tag = answer.headers()["etag"].clone();
    assert_eq!(
        support::json_of(answer).await,
        json!({
            "filters": {"resource": ["/health", "/\\.png$/i"]}, "reportConfig": {"flushTime": 100},
            "tracing": {"sample": 5, "allowedUrls": [
                {"match": "https://api.example", "propagatorTypes": ["b3"]}, "//other.example/v1"
            ]},
        })
    );
    assert_eq!(ask().header("if-none-match", tag).send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let other = gateway.request(Method::GET, "/config/other").send().await.unwrap();
    assert_eq!(other.status(), StatusCode::NOT_FOUND);
}
