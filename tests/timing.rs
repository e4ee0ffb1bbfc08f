//! Entries and requests, replayed from recorded tables: each request gets its own entry or none.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::collections::HashMap;

use serde_json::Value;
use tracebeam::engine::action::Action;
use tracebeam::engine::agent::{End, Request};
use tracebeam::engine::config::RawValue;
use tracebeam::engine::event::{Kind, Outcome, Revision};
use tracebeam::engine::text::Out;

#[path = "tape/agent.rs"]
mod tape;
use tape::{Agent, read};

#[path = "timing/burst.rs"]
mod burst;

const EPOCH: f64 = 1_790_000_000_000.0;
const ORIGIN: &str = "https://shop.example";

/// In the order of `Entry::read`.
#[rustfmt::skip]
const NUMBERS: [&str; 16] = [
    "start", "redirect_start", "redirect_end", "fetch_start", "dns_start", "dns_end", "connect_start", "secure_start",
    "connect_end", "request_start", "response_start", "response_end", "worker_start", "transfer", "size", "status",
];

fn number(table: &toml::Value, key: &str) -> f64 {
    table.get(key).map_or(0.0, |value| value.as_float().or(value.as_integer().map(|whole| whole as f64)).unwrap())
}

fn text<'a>(table: &'a toml::Value, key: &str, default: &'a str) -> &'a str {
    table.get(key).map_or(default, |value| value.as_str().unwrap())
}

fn absolute(url: &str) -> String {
    if url.starts_with('/') { format!("{ORIGIN}{url}") } else { url.to_owned() }
}

fn agent() -> Agent {
    let filters = "kfilters {1 kresource [1 \"https://shop.example/quiet/ https://shop.example/quiet/";
    let config = ["{4 kpid \"shop - kendpoint \"/rum https://shop.example/rum ktracing t", filters].join(" ");
    let config = read(RawValue(&config.replace(' ', "\0")));
    Agent::new(config, b"any sixteen bytes will do here", "https://shop.example/", EPOCH)
}

fn play(agent: &mut Agent, step: &toml::Value) {
    let (verb, with) = step.as_table().unwrap().iter().next().unwrap();
    let now = number(with, "at");
    let id = number(with, "id") as u32;
    match verb.as_str() {
        "freeze" => agent.handle_freeze(),
        "call" => {
            let kind = if text(with, "kind", "fetch") == "fetch" { Kind::Fetch } else { Kind::Xhr };
            let href = absolute(text(with, "url", "/x"));
            let date = EPOCH + now;
            agent.start_request(&Request {
                id,
                kind,
                href: &href,
                method: "",
                answers: b"",
                own: "",
                obstacle: None,
                now,
                date,
            });
        }
        "end" => {
            let failure = with.get("failure").map(|_| Outcome::NetworkError);
            let status = with.get("status").map_or(200, |_| number(with, "status") as u32);
            agent.end_request(id, &End { status, failure, message: "", now });
        }
        "entry" => {
            let of = |key| number(with, key);
            let (kind, url) = (text(with, "kind", "fetch"), absolute(text(with, "url", "/x")));
            let mut fields: Vec<String> = NUMBERS.iter().map(|key| of(key).to_string()).collect();
            fields.push(format!("{url}\0{kind}\0h2\0{}\0\0\0", text(with, "delivery", "")));
            agent.handle_entry(&fields.join("\0"), with.get("early").is_some(), now);
            // Each comes alone here: the host asks at once what to do.
            agent.handle_tick(now);
        }
        "hold" => agent.hold_request(id),
        "revise" => {
            let revision = Revision(format!("\0\0\0\0\0{}", text(with, "name", "")));
            agent.revise_request(id, revision, now);
        }
        "name" => agent.name_request(id, text(with, "name", "")),
        "moved" => agent.redirect_request(id, text(with, "url", "")),
        "fail" => agent.handle_failure(text(with, "url", "")),
        "tick" => {
            for id in with.get("unread").and_then(toml::Value::as_array).into_iter().flatten() {
                agent.give_up(id.as_integer().unwrap() as u32);
            }
            agent.handle_tick(now);
        }
        other => panic!("no step {other}"),
    }
}

fn sent(agent: &mut Agent) -> Vec<Value> {
    let mut out = Out::default();
    let mut events = Vec::new();
    let mut texts: HashMap<u32, String> = HashMap::new();
    let mut now = 1e6;
    agent.flush();
    while let Some(action) = agent.poll_action(now, &mut out) {
        match action {
            Action::Store(batch) => texts.entry(batch).or_default().push_str(out.as_str()),
            Action::Send(batch, _) => {
                let text = texts.remove(&batch).unwrap_or_default() + out.as_str();
                let bundle: Value = serde_json::from_str(&text).unwrap();
                events.extend(bundle["events"].as_array().unwrap().clone());
                now += 1.0;
                agent.handle_sent(batch, 200, 0.0, 0, now);
                agent.flush();
            }
            _ => {}
        }
    }
    events
}

#[test]
fn every_recorded_case() {
    every_case(include_str!("testdata/entries.toml"));
}

#[test]
fn every_case_of_waiting() {
    every_case(include_str!("testdata/waiting.toml"));
}

fn every_case(cases: &str) {
    let cases: toml::Table = toml::from_str(cases).unwrap();
    for case in cases["case"].as_array().unwrap() {
        let why = case["why"].as_str().unwrap();
        let mut agent = agent();
        for step in case["steps"].as_array().unwrap() {
            play(&mut agent, step);
        }
        let events = sent(&mut agent);
        let expected = case["events"].as_array().unwrap();
        assert_eq!(events.len(), expected.len(), "{why}: {events:#?}");
        for (event, expected) in events.iter().zip(expected) {
            for (key, value) in expected.as_table().unwrap() {
                match key.as_str() {
                    // Sizes name the request that an entry belongs to.
                    "id" => {}
                    "phases" => {
                        let phases = event.as_object().unwrap().keys().filter(|key| key.ends_with("_duration")).count();
                        assert_eq!(phases as i64, value.as_integer().unwrap(), "{why}: {event}");
                    }
                    "delivery" => {
                        assert_eq!(event["delivery_type"].as_str().unwrap_or(""), value.as_str().unwrap(), "{why}")
                    }
                    _ if value.is_str() => assert_eq!(event[key].as_str(), value.as_str(), "{why}: {key} of {event}"),
                    _ if value.is_bool() => {
                        assert_eq!(event[key].as_bool(), value.as_bool(), "{why}: {key} of {event}")
                    }
                    _ => {
                        let (is, should) = (event[key].as_f64().unwrap_or(f64::NAN), number(&expected.clone(), key));
                        assert!((is - should).abs() < 0.01, "{why}: {key} is {is}, not {should}: {event}");
                    }
                }
            }
            let unsaid = expected.get("incomplete").is_none();
            assert!(!unsaid || event.get("incomplete").is_none(), "{why}: {event}");
        }
    }
}

fn step(verb: &str, with: toml::Table) -> toml::Value {
    toml::Value::Table([(verb.to_owned(), toml::Value::Table(with))].into_iter().collect())
}

/// The request of `id` that was called and answered at `at`.
fn ended(agent: &mut Agent, id: i64, at: f64) {
    for verb in ["call", "end"] {
        let with = [("id".to_owned(), toml::Value::Integer(id)), ("at".to_owned(), toml::Value::Float(at))];
        play(agent, &step(verb, with.into_iter().collect()));
    }
}

#[test]
fn what_waits_is_bounded_and_the_oldest_leaves_as_it_is() {
    let mut agent = agent();
    for id in 0..1007 {
        ended(&mut agent, id, 10.0 + id as f64 * 0.01);
    }
    let written = sent(&mut agent);
    assert_eq!(written.len(), 7, "of 1,007 bodies that are being read");
    assert!(written.iter().all(|event| event["incomplete"] == true));
    assert_eq!(written[0]["timestamp"], EPOCH + 10.0);
}

#[test]
fn failures_that_wait_for_their_entries_are_bounded() {
    let mut agent = agent();
    let url = |n: i32| toml::Value::String(format!("https://cdn.example/{n}.png"));
    for n in 0..60 {
        play(&mut agent, &step("fail", [("url".to_owned(), url(n))].into_iter().collect()));
    }
    for n in 0..60 {
        let mut with = toml::Table::new();
        for (key, value) in [("at", 61.0), ("start", 10.0), ("response_end", 60.0)] {
            with.insert(key.into(), toml::Value::Float(value));
        }
        with.insert("kind".into(), toml::Value::String("img".into()));
        with.insert("url".into(), url(n));
        play(&mut agent, &step("entry", with));
    }
    assert_eq!(sent(&mut agent).len(), 50, "of 60 failures that elements told of");
}
