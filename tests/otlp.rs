//! What the exporter `otlp` writes, read back by OpenTelemetry's own types, byte for byte.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a failed test is a panic")]

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::{Span, TracesData};
use tracebeam::engine::action::Action;
use tracebeam::engine::agent::{End, Request};
use tracebeam::engine::config::RawValue;
use tracebeam::engine::event::{Kind, Outcome};
use tracebeam::engine::text::Out;

#[path = "tape/agent.rs"]
mod tape;
use tape::{Agent, read};

const EPOCH: f64 = 1_790_000_000_000.0;

fn agent() -> Agent {
    let tokens =
        "{5 kpid \"shop - kendpoint \"/v1/traces https://shop.example/v1/traces ktracing t kexporter \"otlp - kversion \"1.2 -".replace(' ', "\0");
    let (config, issues) = read(RawValue(&tokens));
    assert!(issues.is_empty(), "{issues:?}");
    Agent::new((config, issues), &[7; 64], "https://shop.example/page", EPOCH)
}

fn request<'a>(id: u32, href: &'a str, now: f64) -> Request<'a> {
    let date = EPOCH + now;
    Request { id, kind: Kind::Fetch, href, method: "", answers: b"", own: "", obstacle: None, now, date }
}

/// The bodies that the agent posts.
fn bodies(agent: &mut Agent, now: f64) -> Vec<String> {
    // No browser measures here.
    agent.release();
    agent.flush();
    let mut out = Out::new();
    let mut text = String::new();
    let mut bodies = Vec::new();
    while let Some(action) = agent.poll_action(now, &mut out) {
        match action {
            Action::Store(_) => text.push_str(out.as_str()),
            Action::Send(..) => bodies.push(std::mem::take(&mut text) + out.as_str()),
            _ => {}
        }
    }
    bodies
}

fn spans(body: &str) -> Vec<Span> {
    let mut data: TracesData = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {body}"));
    data.resource_spans.remove(0).scope_spans.remove(0).spans
}

fn text<'a>(span: &'a Span, key: &str) -> Option<&'a str> {
    let found = span.attributes.iter().find(|pair| pair.key == key)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

#[test]
fn a_request_becomes_a_span() {
    let mut agent = agent();
    let headers = agent.start_request(&request(1, "https://shop.example/api/a?x=1", 10.5)).clone();
    let end = End { status: 503, failure: None, message: "Service Unavailable", now: 22.75 };
    agent.end_request(1, &end);
    let bodies = bodies(&mut agent, 23.0);
    let data: TracesData = serde_json::from_str(bodies.first().unwrap()).unwrap();
    let resource = data.resource_spans.first().unwrap().resource.clone().unwrap();
    let names: Vec<_> = resource.attributes.iter().map(|pair| pair.key.as_str()).collect();
    let expected = ["service.name", "service.version", "deployment.environment.name", "rum.app.id", "rum.app.type"];
    assert_eq!(names, expected);
    assert_eq!(
        data.resource_spans.first().unwrap().scope_spans.first().unwrap().scope.clone().unwrap().name,
        "tracebeam"
    );

    let spans = spans(bodies.first().unwrap());
    let span = spans.first().unwrap();
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let (_, traceparent) = headers.headers().next().unwrap();
    assert_eq!(format!("00-{}-{}-01", hex(&span.trace_id), hex(&span.span_id)), traceparent);
    assert_eq!(span.trace_state, headers.headers().nth(1).unwrap().1);
    assert_eq!(span.name, "browser.request:/api/a");
    assert_eq!((span.kind, span.flags), (3, 1));
    assert_eq!(span.start_time_unix_nano, 1_790_000_000_010_500_000);
    assert_eq!(span.end_time_unix_nano, 1_790_000_000_022_750_000);
    assert_eq!(span.status.clone().unwrap().code, 2);
    assert_eq!(text(span, "url.full"), Some("https://shop.example/api/a?x=1"));
    assert_eq!(text(span, "error.type"), Some("503"));
    assert_eq!(text(span, "session.id").map(str::len), Some(32));
    assert_eq!(text(span, "view.name"), Some("/page"));
}

#[test]
fn nothing_that_a_page_can_do_makes_a_batch_that_is_refused() {
    let mut agent = agent();
    let messages = ["", "\"", "\\", "\u{0}\u{1f}\u{7f}", "商品 😀", "\u{2028}", "{\"resourceSpans\":null}"];
    let ends = [0.0, 1e9, -5.0, f64::NAN, f64::INFINITY, 1e300];
    let mut id = 0;
    let mut count = 0;
    for message in messages {
        for now in ends {
            for (status, failure) in [(0, Some(Outcome::NetworkError)), (200, None), (4_000_000_000, None)] {
                id += 1;
                agent.start_request(&request(id, "https://shop.example/\"a\\b/商品?q='\"", 0.0));
                agent.end_request(id, &End { status, failure, message, now });
                for body in bodies(&mut agent, 0.0) {
                    count += spans(&body).len();
                    assert!(!body.contains("null,") && !body.contains("NaN"), "{body}");
                }
                for batch in 1..=id {
                    agent.handle_sent(batch, 200, 0.0, 0, 0.0);
                }
            }
        }
    }
    assert_eq!(count, messages.len() * ends.len() * 3);
}

#[test]
fn what_was_dropped_stands_on_the_scope() {
    let mut agent = agent();
    assert_ne!(agent.adopt(10, 7, f64::INFINITY, false), 0, "far too old");
    agent.start_request(&request(1, "https://shop.example/", 0.0));
    agent.end_request(1, &End { status: 200, failure: None, message: "", now: 1.0 });
    let data: TracesData = serde_json::from_str(bodies(&mut agent, 1.0).first().unwrap()).unwrap();
    let scope = data.resource_spans.first().unwrap().scope_spans.first().unwrap().scope.clone().unwrap();
    let found = scope.attributes.iter().find(|pair| pair.key == "rum.dropped.expired").unwrap();
    assert_eq!(found.value.clone().unwrap().value, Some(Value::IntValue(7)));
}

#[test]
fn what_has_no_recorded_trace_is_no_span() {
    let mut agent = agent();
    agent.start_request(&request(1, "https://elsewhere.example/", 0.0));
    agent.end_request(1, &End { status: 200, failure: None, message: "", now: 1.0 });
    assert!(bodies(&mut agent, 1.0).is_empty());
}
