//! The whole surface of the module: every function that JavaScript can call.
//!
//! Text goes in through the buffer that [`input`] gives (UTF-8, its length the argument `len`; parts
//! separated by NUL) and comes out at [`output`]. Times are milliseconds.

use wasm_bindgen::prelude::wasm_bindgen;

use super::driver::{with, with_agent};
use super::trap::{At, maybe};
use crate::engine::action::Action;
use crate::engine::agent::{Agent, End, Request};
use crate::engine::clock::Clock;
use crate::engine::config::{self, RawValue};
use crate::engine::context::{AppType, Context};
use crate::engine::event::{Kind, Outcome, TraceContextHint};
use crate::engine::text::cut;

/// Nothing left to do.
const ACTION_NONE: u32 = 0;
/// Text: the body.
const ACTION_SEND: u32 = 1;
/// As [`ACTION_SEND`], while the page goes away.
const ACTION_SEND_EXIT: u32 = 2;
/// The milliseconds stand above [`ACTION_BITS`].
const ACTION_ARM: u32 = 3;
/// Text: the warning.
const ACTION_WARN: u32 = 4;
/// The code's width in [`poll`]'s answer; a number of the action may stand above it.
const ACTION_BITS: u32 = 3;

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
        host.output.bytes().as_ptr() as usize as u32
    })
}

/// Stirs the input's first `len` bytes, which are random, into the id generator.
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

/// Input: the page's URL, NUL, the connection's effective type, NUL, the configuration's tokens (see
/// `RawValue`), of which the last is followed by nothing. Returns the length of the text: the endpoint, NUL,
/// and `1` where anything is traced; 0 where the agent is off.
#[wasm_bindgen]
pub fn configure(len: u32, origin: f64) -> u32 {
    with(|host| {
        maybe(At::Configure);
        let text = host.input.get(..len as usize).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let (href, rest) = cut(text.unwrap_or(""), 0);
        let (network, rest) = cut(rest.unwrap_or(""), 0);
        let tokens = rest.unwrap_or("n");
        let (config, issues) = config::read(RawValue(tokens));
        let context = Context { app: AppType::Browser, network: network.to_owned(), ..Context::default() };
        let entropy = match host.agent.take() {
            Some(before) => before.into_entropy(),
            None => std::mem::take(&mut host.entropy),
        };
        host.output.clear();
        host.output.str(&config.endpoint);
        host.output.ascii(0);
        host.output.str(if config.tracing.enable { "1" } else { "" });
        let agent = Agent::new(config, issues, entropy, context, href, Clock::new(origin));
        let length = if agent.is_on() { host.output.len() } else { 0 };
        host.agent = Some(agent);
        length as u32
    })
}

/// Input: URL, NUL, the rules' answers, NUL, method, NUL, the application's own trace headers
/// (`name NUL value` pairs, NUL between). `flags`: 1 XMLHttpRequest, 2 no-cors, 4 the agent was not ready
/// when the request left, 8 headers cannot be set. Returns the length of the headers' text (`name NUL value`
/// pairs); 0 for none.
#[wasm_bindgen]
pub fn start(len: u32, id: u32, flags: u32, now: f64, date: f64) -> u32 {
    with_agent(len, |agent, text, output| {
        let (href, rest) = cut(text, 0);
        let (answers, rest) = cut(rest.unwrap_or(""), 0);
        let (method, own) = cut(rest.unwrap_or(""), 0);
        maybe(At::Start);
        let request = Request {
            id,
            kind: if flags & 1 != 0 { Kind::Xhr } else { Kind::Fetch },
            href,
            method,
            answers: answers.as_bytes(),
            own: own.unwrap_or(""),
            obstacle: match flags {
                8.. => Some(TraceContextHint::PatchFailed),
                4.. => Some(TraceContextHint::NotReady),
                2.. => Some(TraceContextHint::NoCors),
                _ => None,
            },
            now,
            date,
        };
        output.clear();
        output.str(agent.start_request(&request).text());
        output.len() as u32
    })
}

/// The headers that [`start`] gave could not be set: the request goes out without them.
#[wasm_bindgen]
pub fn revoke(id: u32) {
    with_agent(0, |agent, _, _| agent.revoke_headers(id));
}

/// Input: the message. `failure`: 0 none, 1 network error, 2 timeout, 3 abort.
#[wasm_bindgen]
pub fn end(len: u32, id: u32, status: u32, failure: u32, now: f64) {
    with_agent(len, |agent, message, _| {
        maybe(At::End);
        let failure = match failure {
            1 => Some(Outcome::NetworkError),
            2 => Some(Outcome::Timeout),
            3 => Some(Outcome::Abort),
            _ => None,
        };
        agent.end_request(id, &End { status, failure, message, now });
    });
}

/// The timer has run out.
#[wasm_bindgen]
pub fn timer() {
    with_agent(0, |agent, _, _| {
        maybe(At::Timer);
        agent.handle_timer();
    });
}

/// The page is hidden or goes away (`exit`), or the application asked for a flush.
#[wasm_bindgen]
pub fn flush(exit: bool) {
    with_agent(0, |agent, _, _| {
        maybe(At::Flush);
        if exit { agent.handle_hide() } else { agent.flush() }
    });
}

/// The next action's code; its text is at [`output`], its length [`output_len`].
#[wasm_bindgen]
pub fn poll() -> u32 {
    maybe(At::Poll);
    with_agent(0, |agent, _, output| match agent.poll_action(output) {
        None => ACTION_NONE,
        Some(Action::Send { exit, .. }) => {
            if exit {
                ACTION_SEND_EXIT
            } else {
                ACTION_SEND
            }
        }
        Some(Action::Arm(ms)) => ACTION_ARM | ms << ACTION_BITS,
        Some(Action::Warn) => ACTION_WARN,
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
