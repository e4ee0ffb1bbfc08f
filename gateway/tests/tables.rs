//! The data tables that need no server: redaction and trace context.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde::Deserialize;
use serde_json::Value;
use support::{SPAN, TRACE, table};
use tracebeam_gateway::{
    redact,
    rum::{carrier::TraceContext, parse},
};

#[derive(Deserialize)]
struct Redactions {
    url: Vec<RedactRow>,
    text: Vec<RedactRow>,
    attribute: Vec<RedactRow>,
}

#[derive(Deserialize)]
struct RedactRow {
    why: String,
    #[serde(default)]
    key: String,
    given: String,
    kept: String,
}

#[test]
fn urls_texts_and_attributes_lose_their_secrets() {
    let Redactions { url, text, attribute } = table("redact.toml");
    let check = |row: RedactRow, redact: &dyn Fn(&str, &str) -> String| {
        assert_eq!(redact(&row.key, &row.given), row.kept, "{}", row.why);
        assert_eq!(redact(&row.key, &row.kept), row.kept, "twice is the same as once: {}", row.why);
    };
    url.into_iter().for_each(|row| check(row, &|_, given| redact::url(given)));
    text.into_iter().for_each(|row| check(row, &|_, given| redact::text(given).into_owned()));
    attribute.into_iter().for_each(|row| check(row, &|key, given| redact::attribute(key, given).into_owned()));
}

#[derive(Deserialize)]
struct Secrets {
    case: Vec<SecretRow>,
}

#[derive(Deserialize)]
struct SecretRow {
    reason: String,
    given: String,
    kept: String,
}

#[test]
fn urls_lose_the_secrets_that_the_agent_takes_out() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/testdata/secrets.toml");
    let rows = toml::from_str::<Secrets>(&std::fs::read_to_string(path).unwrap()).unwrap().case;
    assert!(rows.len() > 20);
    for row in rows {
        assert_eq!(redact::url(&row.given), row.kept, "{}", row.reason);
    }
}

#[derive(Deserialize)]
struct Contexts {
    context: Vec<ContextRow>,
}

#[derive(Deserialize)]
struct ContextRow {
    why: String,
    event: String,
    span: Option<String>,
    parent: Option<String>,
    sampled: Option<bool>,
}

#[test]
fn the_trace_context_is_read_strictly() {
    for row in table::<Contexts>("context.toml").context {
        let ids = |text: &str| {
            text.replace("-T-", &format!("-{TRACE}-"))
                .replace("\"T\"", &format!("\"{TRACE}\""))
                .replace("-S-", &format!("-{SPAN}-"))
                .replace("\\\"S", &format!("\\\"{SPAN}"))
        };
        let mut event: Value = serde_json::from_str(&ids(&row.event)).unwrap();
        event["timestamp"] = 1.into();
        event["event_type"] = "resource".into();
        let bundle = serde_json::json!({"app": {"id": "demo"}, "events": [event]});
        let parsed = parse::parse(bundle.to_string().as_bytes()).unwrap();
        let context = TraceContext::of(&parsed.events[0].event);
        assert_eq!(
            context.as_ref().map(|context| context.span_id.to_string()),
            row.span.map(|_| SPAN.to_owned()),
            "{}",
            row.why
        );
        assert_eq!(context.as_ref().map(TraceContext::sampled), row.sampled, "{}", row.why);
        let parent = context.and_then(|context| context.parent_id).map(|id| id.to_string());
        assert_eq!(parent, row.parent, "{}", row.why);
    }
}
