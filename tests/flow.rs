//! The engine from the first request to the batch, with a fake host: a clock that the test turns,
//! fixed randomness, and a list in place of a network. No browser, no waiting.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::HashMap;

use serde_json::Value;
use tracebeam::engine::action::{Action, Way};
use tracebeam::engine::agent::{End, Request};
use tracebeam::engine::config::RawValue;
use tracebeam::engine::event::{Kind, Outcome};
use tracebeam::engine::text::Out;

#[path = "tape/agent.rs"]
mod tape;
use tape::{Agent, read};

const PAGE: &str = "https://shop.example/cart";
const EPOCH: f64 = 1_790_000_000_000.0;

/// A page's worth of host: it executes actions as a browser would, with the time that the test sets.
struct Host {
    agent: Agent,
    now: f64,
    timer: Option<f64>,
    /// The texts of batches, as a host keeps them: what was stored, by the batch's number.
    texts: HashMap<u32, String>,
    sent: Vec<(Way, Value)>,
    warnings: Vec<String>,
    requests: u32,
}

impl Host {
    fn new(config: &str) -> Self {
        let config = read(RawValue(&config.replace(' ', "\0")));
        let agent = Agent::new(config, b"any sixteen bytes will do here", PAGE, EPOCH);
        let mut host = Self {
            agent,
            now: 0.0,
            timer: None,
            texts: HashMap::new(),
            sent: Vec::new(),
            warnings: Vec::new(),
            requests: 0,
        };
        host.pump();
        host
    }

    fn traced() -> Self {
        Self::new("{3 kpid \"shop https://shop.example/shop kendpoint \"/rum https://shop.example/rum ktracing t")
    }

    fn start(&mut self, href: &str) -> (u32, Vec<(String, String)>) {
        self.requests += 1;
        let request = Request {
            id: self.requests,
            kind: Kind::Fetch,
            href,
            method: "",
            answers: b"",
            own: "",
            obstacle: None,
            now: self.now,
            date: EPOCH + self.now,
        };
        let headers = self.agent.start_request(&request);
        let headers = headers.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (self.requests, headers)
    }

    fn end(&mut self, id: u32, status: u32, failure: Option<Outcome>) {
        self.agent.end_request(id, &End { status, failure, message: "", now: self.now });
        // No browser measures here: tests/timing.rs has its entries.
        self.agent.release();
        self.pump();
    }

    fn fetch(&mut self, path: &str) {
        let (id, _) = self.start(&["https://shop.example", path].concat());
        self.end(id, 200, None);
    }

    /// Lets time pass, and the timer run out on the way.
    fn pass(&mut self, ms: f64) {
        self.now += ms;
        if self.timer.is_some_and(|due| due <= self.now) {
            self.timer = None;
            self.agent.handle_timer();
            self.pump();
        }
    }

    fn pump(&mut self) {
        let mut out = Out::default();
        while let Some(action) = self.agent.poll_action(self.now, &mut out) {
            match action {
                Action::Store(batch) => self.texts.entry(batch).or_default().push_str(out.as_str()),
                Action::Send(batch, way) => {
                    let text = [&self.texts[&batch], out.as_str()].concat();
                    self.sent.push((way, serde_json::from_str(&text).unwrap()));
                    self.agent.handle_sent(batch, 200, 0.0, 0, self.now);
                }
                Action::Forget(batch) => drop(self.texts.remove(&batch)),
                Action::Arm(ms) => self.timer = Some(self.now + f64::from(ms)),
                Action::Warn => self.warnings.push(out.as_str().to_owned()),
                Action::Adopt | Action::Debug => {}
            }
        }
    }

    fn event(&self, batch: usize, index: usize) -> &Value {
        &self.sent[batch].1["events"][index]
    }
}

#[test]
fn one_line_from_the_call_to_the_bundle() {
    let mut host = Host::traced();
    host.now = 100.25;
    let (id, headers) = host.start("https://shop.example/api/orders?page=2#top");
    assert_eq!(headers[0].0, "traceparent");
    let parent = headers[0].1.clone();
    host.now = 142.5;
    host.end(id, 201, None);
    assert!(host.sent.is_empty(), "one event waits for company");
    host.pass(3000.0);

    let event = host.event(0, 0);
    assert_eq!(event["event_type"], "resource");
    assert_eq!(event["url"], "https://shop.example/api/orders?page=2");
    assert_eq!(event["name"], "/api/orders");
    assert_eq!((&event["status_code"], &event["success"]), (&201.into(), &1.into()));
    assert_eq!(event["timestamp"], EPOCH + 100.25);
    assert_eq!(event["duration"], 42.25);
    assert_eq!(event.get("traceparent"), None, "said once, in trace_data");
    assert_eq!(event["trace_id"], parent[3..35]);
    let data: Value = serde_json::from_str(event["trace_data"].as_str().unwrap()).unwrap();
    assert_eq!(data["spanId"], parent[36..52]);
    assert_eq!(data["headers"]["traceparent"], parent);

    let bundle = &host.sent[0].1;
    assert_eq!(bundle["app"]["id"], "shop");
    assert_eq!(bundle["view"]["name"], "/cart");
    let state = format!("rum=v2&browser&shop&{}", bundle["session"]["id"].as_str().unwrap());
    assert_eq!(data["headers"]["tracestate"], state);
}

#[test]
fn batches_leave_by_count_and_by_time() {
    let mut host = Host::traced();
    for n in 0..45 {
        host.fetch(&format!("/{n}"));
        host.now += 1.0;
    }
    let sizes = |host: &Host| host.sent.iter().map(|(_, b)| b["events"].as_array().unwrap().len()).collect::<Vec<_>>();
    assert_eq!(sizes(&host), [20, 20]);
    host.pass(3000.0);
    assert_eq!(sizes(&host), [20, 20, 5]);
    host.pass(3000.0);
    assert_eq!(host.sent.len(), 3, "nothing waits, nothing is sent");
}

#[test]
fn hiding_sends_at_once_and_says_that_no_answer_can_be_awaited() {
    let mut host = Host::traced();
    host.fetch("/a");
    host.agent.handle_hide(true, host.now);
    host.pump();
    assert_eq!(host.sent.len(), 1);
    assert_eq!(host.sent[0].0, Way::Exit);
}

#[test]
fn what_is_in_flight_when_the_page_is_left_is_reported_once_with_an_unknown_success() {
    let mut host = Host::traced();
    let (id, _) = host.start("https://shop.example/a");
    host.now += 7.0;
    host.agent.handle_hide(false, host.now);
    host.pump();
    assert_eq!(host.sent.len(), 0, "a page that is only hidden goes on");
    host.agent.handle_hide(true, host.now);
    host.pump();
    let event = host.event(0, 0);
    assert_eq!((&event["outcome"], &event["success"], &event["duration"]), (&"abort".into(), &(-1).into(), &7.into()));
    host.end(id, 200, None);
    host.pass(60_000.0);
    assert_eq!(host.sent.len(), 1);
}

#[test]
fn failures_tell_themselves_apart() {
    for (failure, outcome, success) in
        [(Outcome::NetworkError, "network_error", 0), (Outcome::Timeout, "timeout", 0), (Outcome::Abort, "abort", -1)]
    {
        let mut host = Host::traced();
        let (id, _) = host.start("https://shop.example/x");
        host.end(id, 0, Some(failure));
        host.pass(3000.0);
        let event = host.event(0, 0);
        assert_eq!((&event["outcome"], &event["success"]), (&outcome.into(), &success.into()));
        assert_eq!(event.get("status_code"), None, "there was no answer");
    }
}

#[test]
fn a_request_ends_once() {
    let mut host = Host::traced();
    let (id, _) = host.start("https://shop.example/x");
    host.end(id, 200, None);
    host.end(id, 500, None);
    host.end(id + 7, 200, None);
    host.pass(3000.0);
    assert_eq!(host.sent[0].1["events"].as_array().unwrap().len(), 1);
}

#[test]
fn only_the_pages_own_origin_is_traced_by_default() {
    for (href, hint) in [
        ("https://shop.example/x", "set"),
        ("https://api.shop.example/x", "cross_origin"),
        ("http://shop.example/x", "cross_origin"),
        ("https://shop.example:8443/x", "cross_origin"),
        ("https://shop.example.evil.example/x", "cross_origin"),
        ("blob:https://shop.example/1", "not_http"),
    ] {
        let mut host = Host::traced();
        let (id, headers) = host.start(href);
        host.end(id, 200, None);
        host.pass(3000.0);
        assert_eq!(host.event(0, 0)["trace_context_hint"], hint, "{href}");
        assert_eq!(headers.is_empty(), hint != "set", "{href}");
    }
}

#[test]
fn what_is_missing_is_named_once_and_the_agent_stays_off() {
    let host = Host::new("{1 tracing t");
    assert!(!host.agent.is_on());
    assert_eq!(host.warnings.len(), 2);
    assert!(host.warnings.iter().any(|warning| warning.contains("pid")));
    assert!(host.warnings.iter().any(|warning| warning.contains("endpoint")));
}

#[test]
fn of_more_requests_in_flight_than_can_be_followed_the_oldest_are_counted_as_dropped() {
    let mut host = Host::traced();
    let ids: Vec<u32> = (0..5003).map(|_| host.start("https://shop.example/a").0).collect();
    for id in ids {
        host.agent.end_request(id, &End { status: 200, failure: None, message: "", now: host.now });
        // Before the next, this one leaves: more do not fit into the queue.
        host.agent.release();
        host.pump();
    }
    host.agent.flush();
    host.pump();
    let events: usize = host.sent.iter().map(|(_, bundle)| bundle["events"].as_array().unwrap().len()).sum();
    let dropped: u64 = host.sent.iter().filter_map(|(_, bundle)| bundle["dropped"]["overflow"].as_u64()).sum();
    assert_eq!((events, dropped), (5000, 3));
}
