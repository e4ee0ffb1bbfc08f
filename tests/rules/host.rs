//! A host for the tables: configurations from TOML as the page's script would hand them in, with a WHATWG URL parser.

use toml::{Table, Value};
use tracebeam::engine::action::Action;
use tracebeam::engine::agent::{End, Request};
use tracebeam::engine::config::RawValue;
use tracebeam::engine::event::{Kind, Outcome, Revision, TraceContextHint};
use tracebeam::engine::text::Out;
use url::Url;

use super::tape::{Agent, read};

pub const PAGE: &str = "https://shop.example/app/cart";

/// The rows of a file in tests/testdata.
pub fn rows(file: &str) -> Vec<Table> {
    let path = format!("{}/tests/testdata/{file}", env!("CARGO_MANIFEST_DIR"));
    let table: Table = std::fs::read_to_string(path).unwrap().parse().unwrap();
    let rows = table["case"].as_array().unwrap();
    rows.iter().map(|row| row.as_table().unwrap().clone()).collect()
}

pub fn text<'a>(row: &'a Table, key: &str) -> &'a str {
    row.get(key).and_then(Value::as_str).unwrap_or("")
}

/// What `new URL(text, document.baseURI).href` gives; empty where it throws.
pub fn href(text: &str) -> String {
    Url::parse(PAGE).unwrap().join(text).map(String::from).unwrap_or_default()
}

/// The token stream of a value (src/engine/config/raw.rs). `{ function = 0 }` and `{ regexp = 0 }` stand for those.
pub fn tokens(value: &Value) -> String {
    match value {
        Value::Boolean(flag) => if *flag { "t" } else { "f" }.to_owned(),
        Value::Integer(number) => format!("#{number}"),
        Value::Float(number) if number.is_finite() => format!("#{number}"),
        Value::String(text) if text == "$null" => "n".to_owned(),
        Value::String(text) if text == "$unusable" => "x".to_owned(),
        Value::String(text) => format!("\"{text}\0{}", href(text)),
        Value::Array(list) => list.iter().fold(format!("[{}", list.len()), |all, item| all + "\0" + &tokens(item)),
        Value::Table(map) if map.contains_key("function") => format!("h{}", map["function"]),
        Value::Table(map) if map.contains_key("regexp") => format!("r{}", map["regexp"]),
        Value::Table(map) => {
            map.iter().fold(format!("{{{}", map.len()), |all, (key, item)| all + "\0k" + key + "\0" + &tokens(item))
        }
        _ => "x".to_owned(),
    }
}

/// An agent and what came of its requests.
pub struct Host {
    pub agent: Agent,
    /// The last bundle that left.
    pub bundle: serde_json::Value,
    id: u32,
}

/// One request, with what the tables leave open at its usual value.
#[derive(Default)]
pub struct Call<'a> {
    pub href: &'a str,
    pub answers: &'a str,
    pub own: &'a [(&'a str, &'a str)],
    pub obstacle: Option<TraceContextHint>,
}

/// What a request came to.
#[derive(Debug)]
pub struct Sent {
    /// The headers to set.
    pub headers: Vec<(String, String)>,
    /// Its event; `Null` where there is none.
    pub event: serde_json::Value,
}

impl Sent {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// The event's `trace_data`; `Null` where it has none.
    pub fn trace_data(&self) -> serde_json::Value {
        self.event["trace_data"].as_str().map_or(serde_json::Value::Null, |text| serde_json::from_str(text).unwrap())
    }

    pub fn hint(&self) -> &str {
        self.event["trace_context_hint"].as_str().unwrap_or("")
    }
}

impl Host {
    /// An agent by this configuration, to which pid and endpoint are added where it has none.
    pub fn new(config: &str) -> Self {
        Self::of(config.parse().unwrap())
    }

    pub fn of(config: Table) -> Self {
        Self::told(config, Value::from("$null"))
    }

    /// An agent to whose configuration the endpoint has added something.
    pub fn told(mut config: Table, remote: Value) -> Self {
        config.entry("pid").or_insert("shop".into());
        config.entry("endpoint").or_insert("https://rum.example/rum".into());
        let config = read(RawValue(&(tokens(&Value::Table(config)) + "\0" + &tokens(&remote))));
        Self::with(Agent::new(config, b"any sixteen bytes will do here", PAGE, 1_790_000_000_000.0))
    }

    /// This agent, with a session.
    pub fn with(mut agent: Agent) -> Self {
        agent.handle_session("", 1_790_000_000_000.0, true, &mut Out::new());
        Self { agent, bundle: serde_json::Value::Null, id: 0 }
    }

    /// A request from its start to its event.
    pub fn send(&mut self, call: &Call<'_>) -> Sent {
        self.start_and(call, |_, _| {})
    }

    /// As `send`, with something between start and end.
    pub fn start_and(&mut self, call: &Call<'_>, between: impl FnOnce(&mut Agent, u32)) -> Sent {
        let headers = self.start(call);
        between(&mut self.agent, self.id);
        self.ended(headers, &End { status: 200, failure: None, message: "", now: 2.0 }, Revision::default())
    }

    /// Starts a request and returns the headers to set.
    fn start(&mut self, call: &Call<'_>) -> Vec<(String, String)> {
        self.id += 1;
        let own: Vec<String> = call.own.iter().map(|(name, value)| format!("{name}\0{value}")).collect();
        let request = Request {
            id: self.id,
            kind: Kind::Fetch,
            href: call.href,
            method: "",
            answers: call.answers.as_bytes(),
            own: &own.join("\0"),
            obstacle: call.obstacle,
            now: 1.0,
            date: 1_790_000_000_001.0,
        };
        let text = self.agent.start_request(&request).text().to_owned();
        let texts: Vec<&str> = text.split('\0').collect();
        texts.chunks_exact(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
    }

    /// A request that ends like this, and of which the application says something.
    pub fn judged(&mut self, call: &Call<'_>, status: u32, failure: Option<Outcome>, said: Revision) -> Sent {
        let headers = self.start(call);
        self.agent.hold_request(self.id);
        self.ended(headers, &End { status, failure, message: "seen", now: 2.0 }, said)
    }

    fn ended(&mut self, headers: Vec<(String, String)>, end: &End<'_>, said: Revision) -> Sent {
        self.agent.end_request(self.id, end);
        if said != Revision::default() {
            self.agent.revise_request(self.id, said, 2.0);
        }
        // No browser measures here.
        self.agent.release();
        self.agent.flush();
        let (bundles, _) = self.poll();
        self.bundle = bundles.last().map_or(serde_json::Value::Null, |text| serde_json::from_str(text).unwrap());
        Sent { headers, event: self.bundle["events"][0].clone() }
    }

    /// The bundles that leave now.
    pub fn bundles(&mut self) -> Vec<String> {
        self.poll().0
    }

    /// The warnings so far.
    pub fn warnings(&mut self) -> Vec<String> {
        self.poll().1
    }

    /// The bundles and the warnings that the engine has for its host.
    fn poll(&mut self) -> (Vec<String>, Vec<String>) {
        let mut out = Out::default();
        let (mut open, mut bundles, mut warnings) = (String::new(), Vec::new(), Vec::new());
        while let Some(action) = self.agent.poll_action(2.0, &mut out) {
            match action {
                Action::Store(_) => open.push_str(out.as_str()),
                Action::Send(batch, _) => {
                    bundles.push(std::mem::take(&mut open) + out.as_str());
                    self.agent.handle_sent(batch, 200, 0.0, 0, 2.0);
                }
                Action::Warn => warnings.push(out.as_str().to_owned()),
                _ => {}
            }
        }
        (bundles, warnings)
    }
}
