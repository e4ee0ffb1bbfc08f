//! One event, two ways: as a RUM bundle that the gateway maps, and as OTLP that the agent's own
//! encoder wrote. What comes out must be one and the same span.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeMap;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Gateway, SPAN, TRACE};
use tracebeam::engine::{
    action::Action,
    agent::{Agent, End, Request},
    clock::Clock,
    config::{self, RawValue},
    context::{AppType, Context},
    event::{Kind, Outcome, Revision},
    ids::Entropy,
    text::Out,
    timing::Entry,
};

const EPOCH: f64 = 1_790_000_000_000.0;

/// What only the gateway can know, so that every span of a bundle has it and none of the agent's own.
const ONLY_THE_GATEWAYS: [&str; 1] = ["client.address"];

/// Attributes of other agents' requests alone.
const NOT_COMPARED: [&str; 2] = ["rum.resource.times", "url.path"];

/// The attributes that docs/events.md names in the last column of its tables.
fn described() -> Vec<&'static str> {
    let rows = include_str!("../../docs/events.md").lines().filter(|line| line.starts_with("| `"));
    let cells = rows.filter_map(|row| row.trim_end_matches('|').rsplit(" | ").next());
    let names = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    names.filter(|name| name.contains('.') && !name.ends_with([':', '.'])).collect()
}

/// What a bundle says and the agent's own encoder does not.
const ONLY_A_BUNDLES: [&str; 1] = ["rum.resource.reached_server"];

/// URL, method, status, failure, message, and why the row is here.
type Row = (&'static str, &'static str, u32, Option<Outcome>, &'static str, &'static str);

/// One request each.
const REQUESTS: [Row; 18] = [
    ("https://shop.example/api/a?x=1", "get", 200, None, "OK", "a good end"),
    ("https://shop.example/api/a?token=abc", "POST", 404, None, "Not Found", "a secret in the query"),
    ("https://shop.example/api/a", "POST", 503, None, "Service Unavailable", "the server failed"),
    ("https://shop.example/", "", 0, Some(Outcome::NetworkError), "Failed to fetch", "no answer"),
    ("https://shop.example/", "", 0, Some(Outcome::Timeout), "", "no answer in time, and no message"),
    ("https://shop.example/", "", 0, Some(Outcome::Abort), "given \"up\" 商品", "given up before the answer"),
    ("https://shop.example/", "", 200, Some(Outcome::Abort), "OK", "given up within the answer"),
    ("https://shop.example/", "", 500, Some(Outcome::Timeout), "x", "too late within a bad answer"),
    (
        "https://shop.example/caf%C3%A9?q={%22}|",
        "patch",
        304,
        None,
        "",
        "a method that keeps its case, a URL of all sorts",
    ),
    ("https://other.example:8443/x", "", 200, None, "", "a port of its own"),
    ("http://u:p@[::1]/x", "", 200, None, "", "an address, and credentials"),
    ("https://shop.example/", "", 0, None, "", "an end that nobody saw"),
    ("https://shop.example/judged/0", "", 200, None, "OK", "the application says everything"),
    ("https://shop.example/judged/1", "", 404, None, "Not Found", "to the application this is no failure"),
    ("https://shop.example/judged/2", "", 200, None, "OK", "a status of the application's, as a number"),
    ("https://shop.example/judged/3", "", 500, None, "x", "a code of the application's that is no HTTP status"),
    ("https://shop.example/judged/4", "", 0, Some(Outcome::NetworkError), "Failed to fetch", "a message alone"),
    ("https://shop.example/judged/5", "", 0, Some(Outcome::Abort), "given up", "a failure without a message"),
];

/// What the application says of the requests to `/judged/`, by number: the parts of a `Revision` from `type` on.
const SAID: [&str; 6] = [
    "\0pay\0no stock\x000\0\"E7\"\x001234.5\0\"sku\"\x01\"A \\\"1\\\" 商\"\x01\"count\"\x012\x01\"share\"\x010.25",
    "\0\0not there yet\x001\0\0\0",
    "\0\0\0\x00503\0\0",
    "\0\0\0-1\0\"E1\"\0\0",
    "\0\0no way to /x?token=1\0\0\0\0",
    "\0\0\x000\0\0\0",
];

fn agent(exporter: &str, app: AppType, name: &str) -> Agent {
    // A text is followed by what it resolves to as a URL, or by a dash.
    let tokens = format!(
        "{{7 kpid \"shop - kendpoint \"/v1 https://shop.example/v1 ktracing t kexporter \"{exporter} - kenv \"local - \
         kversion \"1.2 - kapp {{1 kname \"{name} - "
    );
    let tokens = tokens.replace(' ', "\0");
    let (config, issues) = config::read(RawValue(&tokens));
    assert!(issues.is_empty(), "{issues:?}");
    let mut entropy = Entropy::new();
    entropy.feed(&[7; 64]);
    let context = Context { app, network: "4g".to_owned(), ..Context::default() };
    Agent::new(config, issues, entropy, context, "https://shop.example/page", Clock::new(EPOCH))
}

/// The browser's entry of a request, as the host writes it: numbers, texts, Server-Timing's four values.
fn entry(href: &str, kind: Kind, start: f64, end: f64, status: u32) -> Entry {
    // One request was redirected, and one answer came from the cache.
    let [from, to] = if status == 503 { [start, start + 0.04] } else { [0.0, 0.0] };
    let delivery = if status == 304 { "cache" } else { "" };
    let moments = [
        from,
        to,
        start + 0.05,
        start + 0.1,
        start + 1.1,
        start + 1.2,
        start + 2.2,
        start + 4.2,
        start + 4.3,
        end - 2.0,
        end,
    ];
    let mut text = start.to_string();
    for number in moments.into_iter().chain([0.0, 1234.0, 900.0, f64::from(status)]) {
        text.push_str(&format!("\0{number}"));
    }
    for part in [href, kind.name(), "h2", delivery, "application/json", "", "", &format!("00-{TRACE}-{SPAN}-01")] {
        text.push_str(&format!("\0{part}"));
    }
    Entry::read(&text)
}

/// What an agent posts that saw all [`REQUESTS`].
fn bodies(exporter: &str, app: AppType, name: &str) -> Vec<String> {
    let mut agent = agent(exporter, app, name);
    for (id, &(href, method, status, failure, message, _)) in (1..).zip(&REQUESTS) {
        // Other origins get no headers of ours; the application's own trace goes there.
        let own = if href.starts_with("https://shop.example/") {
            String::new()
        } else {
            format!("traceparent\0{}", format_args!("00-{}{id:04x}-{SPAN}-01", &TRACE[4..]))
        };
        let now = f64::from(id) * 1.000_3;
        let kind = if id % 2 == 0 { Kind::Fetch } else { Kind::Xhr };
        let request =
            Request { id, kind, href, method, answers: b"", own: &own, obstacle: None, now, date: EPOCH + now };
        agent.start_request(&request);
        let end = now + 12.345_678;
        // What the host measured, of every second: phases, sizes, protocol, Server-Timing. A mini-program's says it with
        // the end, a browser afterwards.
        let measured = (id % 2 == 1).then(|| entry(href, kind, now, end, status));
        if app.is_miniapp()
            && let Some(entry) = measured.clone()
        {
            agent.measure_request(id, entry);
        }
        let said = href.split_once("/judged/").map(|(_, number)| SAID[number.parse::<usize>().unwrap()]);
        if said.is_some() {
            agent.hold_request(id);
        }
        agent.end_request(id, &End { status, failure, message, now: end });
        if let Some(said) = said {
            agent.revise_request(id, Revision(format!("\0\0\0\0{said}")), end);
        }
        if !app.is_miniapp()
            && let Some(entry) = measured
        {
            agent.handle_entry(entry, false, end);
        }
    }
    // The others have no entry; what is a fetch among them has no known end.
    agent.release();
    agent.flush();
    let (mut out, mut text, mut bodies) = (Out::new(), String::new(), Vec::new());
    while let Some(action) = agent.poll_action(20.0, &mut out) {
        match action {
            Action::Store(_) => text.push_str(out.as_str()),
            Action::Send(..) => bodies.push(std::mem::take(&mut text) + out.as_str()),
            _ => {}
        }
    }
    bodies
}

/// All spans that a gateway has after these bodies, by event.
async fn spans(path: &str, content_type: &str, bodies: &[String]) -> BTreeMap<String, Value> {
    let gateway = Gateway::start().await;
    for body in bodies {
        let answer = gateway.post(path, content_type, body.clone()).await;
        assert!([StatusCode::OK, StatusCode::NO_CONTENT].contains(&answer.status()), "{body}");
    }
    let mut spans = BTreeMap::new();
    for trace in gateway.traces().await {
        let trace = gateway.trace(trace["trace_id"].as_str().unwrap()).await;
        for span in trace["spans"].as_array().unwrap() {
            spans.insert(span["attributes"]["rum.event.id"].as_str().unwrap().to_owned(), span.clone());
        }
    }
    spans
}

/// Takes the times out: start in nanoseconds, duration in milliseconds.
fn times(span: &mut Value) -> (i64, f64) {
    let start = span["start_unix_nano"].take().as_str().unwrap().parse().unwrap();
    (start, span["duration_ms"].take().as_f64().unwrap())
}

/// Both ways could forget the same, so what the application said is compared with literals.
fn says_what_was_said(spans: &BTreeMap<String, Value>, service: &str) {
    let of = |path: &str| {
        let url = format!("https://shop.example{path}");
        spans.values().find(|span| span["attributes"]["url.full"] == url.as_str()).unwrap()
    };
    assert!(spans.values().all(|span| span["service"] == service), "{service}");
    let span = of("/judged/0");
    assert_eq!(span["name"], "browser.request:pay");
    assert_eq!(span["status"], json!({"code": "error", "message": "no stock"}));
    assert_eq!(span["duration_ms"], 1234.5);
    for (key, value) in [
        ("error.type", json!("_OTHER")),
        ("rum.resource.message", json!("no stock")),
        ("rum.resource.outcome", json!("ok")),
        ("http.response.status_code", Value::Null),
        ("rum.properties.sku", json!("A \"1\" 商")),
        ("rum.properties.count", json!(2.0)),
        ("rum.properties.share", json!(0.25)),
    ] {
        assert_eq!(span["attributes"].get(key).unwrap_or(&Value::Null), &value, "{key}");
    }
    // path → status code and message, error.type, http.response.status_code, rum.resource.message
    for (path, status, message, error_type, code, own) in [
        ("/judged/1", "unset", "", Value::Null, json!(404), json!("not there yet")),
        ("/judged/2", "error", "", json!("503"), json!(503), Value::Null),
        ("/judged/3", "error", "x", json!("http_error"), Value::Null, Value::Null),
        (
            "/judged/4",
            "error",
            "no way to /x?token=REDACTED",
            json!("network_error"),
            Value::Null,
            json!("no way to /x?token=REDACTED"),
        ),
        ("/judged/5", "error", "given up", json!("abort"), Value::Null, Value::Null),
    ] {
        let span = of(path);
        let attribute = |key: &str| span["attributes"].get(key).cloned().unwrap_or_default();
        assert_eq!(span["status"], json!({"code": status, "message": message}), "{path}");
        assert_eq!(attribute("error.type"), error_type, "{path}");
        assert_eq!(attribute("http.response.status_code"), code, "{path}");
        assert_eq!(attribute("rum.resource.message"), own, "{path}");
    }
    // The application's own traceparent goes to other origins: its span is the parent of ours.
    let span = spans.values().find(|span| span["attributes"]["server.address"] == "other.example").unwrap();
    assert_eq!(span["parent_span_id"], SPAN);
    assert!(span["span_id"].as_str().is_some_and(|id| id.len() == 16 && id != SPAN));
    assert_eq!(of("/judged/0")["parent_span_id"], Value::Null, "our own traceparent names our own span");
}

#[tokio::test]
async fn a_bundle_gives_the_spans_that_the_agents_own_encoder_writes() {
    for (app, name) in [(AppType::Browser, ""), (AppType::MiniApp, ""), (AppType::Browser, "storefront")] {
        let mut mapped = spans("/rum", "text/plain", &bodies("rum", app, name)).await;
        let encoded = spans("/v1/traces", "application/json", &bodies("otlp", app, name)).await;
        if app == AppType::Browser {
            says_what_was_said(&mapped, if name.is_empty() { "rum-browser" } else { name });
        }
        assert_eq!(mapped.len(), REQUESTS.len());
        assert!(mapped.keys().eq(encoded.keys()), "the two agents saw the same");
        let has = |key: &str| {
            let parts = |span: &Value| [span["attributes"].get(key).is_some(), span["resource"].get(key).is_some()];
            mapped.values().any(|span| parts(span).contains(&true))
        };
        assert!(described().len() > 30, "the tables of docs/events.md are read");
        let missing: Vec<_> = described().into_iter().filter(|key| !NOT_COMPARED.contains(key) && !has(key)).collect();
        assert!(missing.is_empty(), "{missing:?} of docs/events.md are in no span here, so nothing compares them");
        for (id, mut encoded) in encoded {
            let mapped = mapped.get_mut(&id).unwrap();
            // Only a bundle says for certain of which application it is.
            assert_eq!((mapped["app_id"].take(), encoded["app_id"].take()), ("shop".into(), Value::Null));
            for key in ONLY_THE_GATEWAYS {
                assert!(mapped["attributes"].as_object_mut().unwrap().remove(key).is_some(), "{key}");
            }
            for key in ONLY_A_BUNDLES {
                mapped["attributes"].as_object_mut().unwrap().remove(key);
            }
            let (at, expected) = (times(mapped), times(&mut encoded));
            assert!((at.0 - expected.0).abs() <= 1_000, "starts {at:?}, {expected:?}");
            assert!((at.1 - expected.1).abs() <= 0.001_001, "durations {at:?}, {expected:?}");
            assert_eq!(*mapped, encoded, "{id}");
        }
    }
}
