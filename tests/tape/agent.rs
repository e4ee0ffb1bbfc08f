//! An agent that records each call and each answer of a test, where `TRACEBEAM_TAPE` names a file. tests/js/tape.test.mjs
//! plays the records to both cores, WebAssembly and JavaScript, through the exports that pages call, and expects the same
//! answers. So every table of these tests tests both cores too.

use std::cell::RefCell;
use std::fs::OpenOptions;
use std::io::Write;
use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

use serde_json::{Value, json};
use tracebeam::door::{Failure, Signal, Start, Word};
use tracebeam::engine::action::{self, Action};
use tracebeam::engine::agent::{self, End, Request};
use tracebeam::engine::clock::Clock;
use tracebeam::engine::config::{self, Config, RawValue};
use tracebeam::engine::context::Context;
use tracebeam::engine::event::{Kind, Outcome, Revision, TraceContextHint};
use tracebeam::engine::ids::Entropy;
use tracebeam::engine::propagation::Carrier;
use tracebeam::engine::text::Out;
use tracebeam::engine::timing::Entry;

type Issues = Vec<(&'static str, &'static str)>;

thread_local! {
    /// The configuration that was read last, for the agent that is made of it.
    static TOKENS: RefCell<String> = const { RefCell::new(String::new()) };
}
/// One line at a time, whichever test is done.
static FILE: Mutex<()> = Mutex::new(());

/// `config::read`, which also remembers the tokens.
pub fn read(raw: RawValue<'_>) -> (Box<Config>, Issues) {
    TOKENS.with_borrow_mut(|tokens| raw.0.clone_into(tokens));
    config::read(raw)
}

/// The engine's agent and its record. Methods that are not recorded are reached through `Deref`.
pub struct Agent {
    inner: agent::Agent,
    tape: Vec<Value>,
}

#[allow(dead_code, reason = "each test has its own use of it")]
impl Agent {
    pub fn new((config, issues): (Box<Config>, Issues), entropy: &[u8], href: &str, origin: f64) -> Self {
        let mut drawn = Entropy::new();
        drawn.feed(entropy);
        let tokens = TOKENS.with_borrow(String::clone);
        let inner = agent::Agent::new(config, issues, drawn, Context::default(), href, Clock::new(origin));
        let tape = vec![json!(["configure", entropy, href, tokens, float(origin), inner.is_on()])];
        Self { inner, tape }
    }

    pub fn reconfigure(&mut self, (config, issues): (Box<Config>, Issues)) {
        self.tape.push(json!(["reconfigure", TOKENS.with_borrow(String::clone)]));
        self.inner.reconfigure(config, issues);
    }

    pub fn start_request(&mut self, request: &Request<'_>) -> &Carrier {
        let obstacle = match request.obstacle {
            None => 0,
            Some(TraceContextHint::NoCors) => Start::NoCors as u32,
            Some(TraceContextHint::NotReady) => Start::NotReady as u32,
            Some(hint) => panic!("no host reports {hint:?} at the start"),
        };
        let flags = obstacle | if request.kind == Kind::Xhr { Start::Xhr as u32 } else { 0 };
        let answers = std::str::from_utf8(request.answers).unwrap();
        let text = [request.href, answers, request.method, request.own].join("\0");
        let headers = self.inner.start_request(request);
        self.tape.push(json!([
            "start",
            request.id,
            text,
            flags,
            float(request.now),
            float(request.date),
            headers.text()
        ]));
        headers
    }

    pub fn revoke_headers(&mut self, id: u32) {
        self.note(Word::Revoked, id, "", 0.0);
        self.inner.revoke_headers(id);
    }

    pub fn end_request(&mut self, id: u32, end: &End<'_>) {
        let failure = match end.failure {
            None => Failure::None,
            Some(Outcome::Timeout) => Failure::Timeout,
            Some(Outcome::Abort) => Failure::Abort,
            Some(_) => Failure::NetworkError,
        };
        self.tape.push(json!(["end", id, end.status, failure as u32, end.message, float(end.now)]));
        self.inner.end_request(id, end);
    }

    pub fn hold_request(&mut self, id: u32) {
        self.note(Word::Held, id, "", 0.0);
        self.inner.hold_request(id);
    }

    pub fn revise_request(&mut self, id: u32, revision: Revision, now: f64) {
        self.tape.push(json!(["note", Word::Revised as u32, id, revision.0, float(now)]));
        self.inner.revise_request(id, revision, now);
    }

    pub fn name_request(&mut self, id: u32, name: &str) {
        self.note(Word::Named, id, name, 0.0);
        self.inner.name_request(id, name);
    }

    pub fn redirect_request(&mut self, id: u32, href: &str) {
        self.note(Word::Redirected, id, href, 0.0);
        self.inner.redirect_request(id, href);
    }

    pub fn give_up(&mut self, id: u32) {
        self.note(Word::Unread, id, "", 0.0);
        self.inner.give_up(id);
    }

    /// `text`: the entry as the host writes it.
    pub fn handle_entry(&mut self, text: &str, early: bool, now: f64) {
        self.note(Word::Entry, u32::from(early), text, now);
        self.inner.handle_entry(Entry::read(text), early, now);
    }

    pub fn handle_failure(&mut self, href: &str) {
        self.note(Word::Failed, 0, href, 0.0);
        self.inner.handle_failure(href);
    }

    pub fn handle_tick(&mut self, now: f64) -> bool {
        self.note(Word::Tick, 0, "", now);
        self.inner.handle_tick(now)
    }

    pub fn release(&mut self) {
        self.note(Word::Tick, 0, "", f64::INFINITY);
        self.inner.release();
    }

    pub fn handle_user(&mut self, stored: &str, out: &mut Out) {
        self.note(Word::User, 0, stored, 0.0);
        self.inner.handle_user(stored, out);
    }

    pub fn handle_view(&mut self, href: &str, name: &str) {
        self.note(Word::View, 0, &[href, name].join("\0"), 0.0);
        self.inner.handle_view(href, name);
    }

    pub fn handle_session(&mut self, stored: &str, date: f64, active: bool, out: &mut Out) -> f64 {
        self.note(if active { Word::Active } else { Word::Session }, 0, stored, date);
        self.inner.handle_session(stored, date, active, out)
    }

    pub fn handle_timer(&mut self) {
        self.signal(Signal::Timer, 0.0);
        self.inner.handle_timer();
    }

    pub fn flush(&mut self) {
        self.signal(Signal::Flush, 0.0);
        self.inner.flush();
    }

    pub fn handle_hide(&mut self, leaving: bool, now: f64) {
        self.signal(if leaving { Signal::Leaving } else { Signal::Hidden }, now);
        self.inner.handle_hide(leaving, now);
    }

    pub fn handle_freeze(&mut self) {
        self.signal(Signal::Frozen, 0.0);
        self.inner.handle_freeze();
    }

    pub fn handle_sent(&mut self, batch: u32, status: u32, after: f64, rejected: u32, now: f64) {
        self.tape.push(json!(["sent", batch, status, float(after), rejected, float(now)]));
        self.inner.handle_sent(batch, status, after, rejected, now);
    }

    pub fn adopt(&mut self, bytes: usize, count: u32, age: f64, probation: bool) -> u32 {
        let batch = self.inner.adopt(bytes, count, age, probation);
        self.tape.push(json!(["adopt", bytes, count, float(age), probation, batch]));
        batch
    }

    pub fn poll_action(&mut self, now: f64, out: &mut Out) -> Option<Action> {
        let action = self.inner.poll_action(now, out);
        let (code, number) = action::at_the_door(action);
        self.tape.push(json!(["poll", float(now), code as u32, number, out.as_str()]));
        action
    }

    fn note(&mut self, word: Word, id: u32, text: &str, now: f64) {
        self.tape.push(json!(["note", word as u32, id, text, float(now)]));
    }

    fn signal(&mut self, signal: Signal, now: f64) {
        self.tape.push(json!(["signal", signal as u32, float(now)]));
    }
}

/// JSON has no infinity: it becomes the text that JavaScript's `Number()` reads.
fn float(value: f64) -> Value {
    match value {
        value if value.is_finite() => json!(value),
        value if value.is_nan() => json!("NaN"),
        value => json!(if value > 0.0 { "Infinity" } else { "-Infinity" }),
    }
}

/// Records what a page sees of a configuration, for a test that itself looks deeper.
#[allow(dead_code, reason = "each test has its own use of it")]
pub fn configured(tokens: &str) {
    let mut agent = Agent::new(read(RawValue(tokens)), b"any sixteen bytes will do here", "https://shop.example/", 0.0);
    let mut out = Out::new();
    while agent.poll_action(0.0, &mut out).is_some() {}
}

impl Deref for Agent {
    type Target = agent::Agent;
    fn deref(&self) -> &agent::Agent {
        &self.inner
    }
}

impl DerefMut for Agent {
    fn deref_mut(&mut self) -> &mut agent::Agent {
        &mut self.inner
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let Some(path) = std::env::var_os("TRACEBEAM_TAPE") else { return };
        let line = json!({ "test": std::thread::current().name(), "tape": self.tape }).to_string() + "\n";
        let _turn = FILE.lock();
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(line.as_bytes()).unwrap();
    }
}
