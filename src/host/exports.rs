//! The whole surface of the module: every function that JavaScript can call.
//!
//! Text goes in through the buffer that [`input`] gives (UTF-8; `len` is its length; NUL separates its fields) and comes
//! out at [`output`]. Times are milliseconds. [`crate::door`] has the numbers and what goes with each.

use wasm_bindgen::prelude::wasm_bindgen;

use super::driver::{with, with_agent};
use super::target::{APP, PAGES, kind};
use super::trap::{At, maybe};
use crate::door::{ACTION_BITS, Failure, Signal, Start, Word};
use crate::engine::action;
use crate::engine::agent::{Agent, End, Request};
use crate::engine::clock::Clock;
use crate::engine::config::{self, RawValue};
use crate::engine::context::Context;
use crate::engine::event::{Outcome, Revision, TraceContextHint};
use crate::engine::text::cut;
use crate::engine::timing::Entry;

/// Makes room for `len` bytes of input and returns its address.
#[wasm_bindgen]
pub fn input(len: u32) -> u32 {
    with(|host| {
        maybe(At::Input);
        host.input.resize(len as usize, 0);
        host.input.as_ptr() as usize as u32
    })
}

/// The address of the last call's text.
#[wasm_bindgen]
pub fn output() -> u32 {
    with(|host| {
        maybe(At::Output);
        host.output.as_str().as_ptr() as usize as u32
    })
}

/// Adds the input's first `len` bytes to the generator of ids; they are random, or a seed followed by an empty call.
#[wasm_bindgen]
pub fn entropy(len: u32) {
    with(|host| {
        maybe(At::Entropy);
        let bytes = host.input.get(..len as usize).unwrap_or(&[]);
        match &mut host.agent {
            Some(agent) => agent.feed_entropy(bytes),
            None => host.entropy.feed(bytes),
        }
    });
}

/// Makes the agent, or changes the configuration of the agent that runs.
///
/// The parts of the input, NUL between: the page's URL, empty for a change; the connection's effective type; the configuration's
/// tokens (see `RawValue`); and the tokens of the endpoint's answer to `remoteConfig`, if there is one. `origin` is the epoch
/// time of monotonic zero, in ms.
///
/// Returns the length of the text at [`output`], 0 if the agent is off. The parts of the text, NUL between: the endpoint; `1` if
/// anything is traced; `1` if the endpoint speaks OTLP; `1` if it is known to accept gzip; the `pid`; the number of
/// `config::Storage`, where the session is kept; `1` if the endpoint is asked for `remoteConfig`; and the URL for that,
/// empty for the endpoint's own. A flag that is not set is empty.
#[wasm_bindgen]
pub fn configure(len: u32, origin: f64) -> u32 {
    with(|host| {
        maybe(At::Configure);
        let text = host.input.get(..len as usize).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let (href, rest) = cut(text.unwrap_or(""), 0);
        let (network, rest) = cut(rest.unwrap_or(""), 0);
        let tokens = rest.unwrap_or("n");
        let (config, issues) = config::read(RawValue(tokens));
        host.output.clear();
        host.output.str(&config.endpoint);
        for flag in [config.tracing.enable, config.otlp(), config.report.compress] {
            host.output.str(if flag { "\u{0}1" } else { "\0" });
        }
        host.output.ascii(0);
        host.output.str(&config.pid);
        host.output.ascii(0);
        host.output.ascii(b'0' + config.session.storage as u8);
        host.output.str(if config.remote.enable { "\u{0}1\0" } else { "\0\0" });
        host.output.str(&config.remote.url);
        let length = host.output.len() as u32;
        if let (true, Some(agent)) = (href.is_empty(), &mut host.agent) {
            agent.reconfigure(config, issues);
            return length;
        }
        let context = Context { app: APP, network: network.to_owned(), ..Context::default() };
        let entropy = std::mem::take(&mut host.entropy);
        let agent = Agent::new(config, issues, entropy, context, href, Clock::new(origin));
        let length = if agent.is_on() { length } else { 0 };
        // Each agent has a module of its own, so only tests replace one. The code that frees an agent would be half a kilobyte.
        std::mem::forget(host.agent.replace(agent));
        length
    })
}

/// A request is about to leave; [`Start`] describes the arguments. Returns the length of the headers' text; 0 for none.
#[wasm_bindgen]
pub fn start(len: u32, id: u32, flags: u32, now: f64, date: f64) -> u32 {
    with_agent(len, |agent, text, output| {
        let (href, rest) = cut(text, 0);
        let (answers, rest) = cut(rest.unwrap_or(""), 0);
        let (method, own) = cut(rest.unwrap_or(""), 0);
        maybe(At::Start);
        let Some(kind) = kind(flags) else { return 0 };
        let request = Request {
            id,
            kind,
            href,
            method,
            answers: answers.as_bytes(),
            own: own.unwrap_or(""),
            obstacle: if Start::NotReady.is_in(flags) {
                Some(TraceContextHint::NotReady)
            } else if Start::NoCors.is_in(flags) {
                Some(TraceContextHint::NoCors)
            } else {
                None
            },
            now,
            date,
        };
        output.clear();
        output.str(agent.start_request(&request).text());
        output.len() as u32
    })
}

/// A request has ended; [`Failure`] describes the arguments.
#[wasm_bindgen]
pub fn end(len: u32, id: u32, status: u32, failure: u32, now: f64) {
    with_agent(len, |agent, message, _| {
        maybe(At::End);
        let Some(failure) = Failure::from(failure) else { return };
        let failure = match failure {
            Failure::None => None,
            Failure::NetworkError => Some(Outcome::NetworkError),
            Failure::Timeout => Some(Outcome::Timeout),
            Failure::Abort => Some(Outcome::Abort),
            Failure::Unknown => Some(Outcome::Ok),
        };
        agent.end_request(id, &End { status, failure, message, now });
    });
}

/// One fact about a request or the page; the table of [`crate::door`] describes the arguments and what it returns.
#[wasm_bindgen]
pub fn note(len: u32, word: u32, id: u32, now: f64) -> f64 {
    with_agent(len, |agent, text, output| {
        maybe(At::Note);
        let Some(word) = Word::from(word) else { return 0.0 };
        match word {
            Word::Held => agent.hold_request(id),
            Word::Named => agent.name_request(id, text),
            Word::Unread => agent.give_up(id),
            Word::Entry if PAGES => agent.handle_entry(Entry::read(text), id > 0, now),
            Word::Entry => agent.measure_request(id, Entry::read(text)),
            Word::Failed if PAGES => agent.handle_failure(text),
            Word::Tick => return f64::from(u8::from(agent.handle_tick(now))),
            Word::User => agent.handle_user(text, output),
            Word::View => {
                let (href, name) = cut(text, 0);
                agent.handle_view(href, name.unwrap_or(""));
            }
            Word::Session | Word::Active => return agent.handle_session(text, now, word == Word::Active, output),
            Word::Revoked => agent.revoke_headers(id),
            Word::Redirected if PAGES => agent.redirect_request(id, text),
            Word::Context if PAGES => agent.trace_context(id, output),
            Word::Event if PAGES => agent.send_event(text, now),
            Word::Network if !PAGES => agent.handle_network(text),
            Word::Revised => agent.revise_request(id, Revision(text.to_owned()), now),
            // A word of the other build.
            Word::Failed | Word::Redirected | Word::Context | Word::Event | Word::Network => {}
        }
        0.0
    })
}

/// Something has happened to the page or to the network: see [`Signal`].
#[wasm_bindgen]
pub fn signal(signal: u32, now: f64) {
    with_agent(0, |agent, _, _| {
        let Some(signal) = Signal::from(signal) else { return };
        maybe(if signal == Signal::Timer { At::Timer } else { At::Flush });
        match signal {
            Signal::Timer => agent.handle_timer(),
            Signal::Flush => agent.flush(),
            Signal::Hidden | Signal::Leaving => agent.handle_hide(PAGES && signal == Signal::Leaving, now),
            Signal::Shown | Signal::Restored => agent.handle_show(PAGES && signal == Signal::Restored),
            Signal::Online => agent.handle_online(),
            Signal::Offline => agent.handle_offline(),
            Signal::Frozen if PAGES => agent.handle_freeze(),
            Signal::Frozen => {}
        }
    });
}

/// What became of a batch; [`crate::door::Answer`] describes the arguments.
#[wasm_bindgen]
pub fn sent(batch: u32, status: u32, after: f64, rejected: u32, now: f64) {
    maybe(At::Sent);
    with_agent(0, |agent, _, _| agent.handle_sent(batch, status, after, rejected, now));
}

/// Takes over a batch that a closed page left in storage: its bytes, its events, its age in ms, and whether
/// [`MARK`](crate::engine::queue::MARK) ends its text. Returns its number here; 0 if there is no room.
#[wasm_bindgen]
pub fn adopt(bytes: u32, count: u32, age: f64, probation: u32) -> u32 {
    maybe(At::Sent);
    with_agent(0, |agent, _, _| agent.adopt(bytes as usize, count, age, probation > 0))
}

/// The next action, see [`crate::door::Action`]; its text is at [`output`], its length [`output_len`].
#[wasm_bindgen]
pub fn poll(now: f64) -> u32 {
    maybe(At::Poll);
    with_agent(0, |agent, _, output| {
        let (code, number) = action::at_the_door(agent.poll_action(now, output));
        code as u32 | number << ACTION_BITS
    })
}

/// The length of the text at [`output`], in bytes.
#[wasm_bindgen]
pub fn output_len() -> u32 {
    with(|host| host.output.len() as u32)
}

/// For tests: the next call at this crossing traps (see `host::trap`).
#[cfg(feature = "trap")]
#[wasm_bindgen]
pub fn trap_at(crossing: u32) {
    super::trap::choose(crossing);
}
