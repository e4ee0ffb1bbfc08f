//! The whole surface of the module: every function that JavaScript can call.
//!
//! Text goes in through the buffer that [`input`] gives (UTF-8, its length the argument `len`; parts
//! separated by NUL) and comes out at [`output`]. Times are milliseconds.

use wasm_bindgen::prelude::wasm_bindgen;

use super::driver::{with, with_agent};
use super::made_for::{APP, PAGES, kind};
use super::trap::{At, maybe};
use crate::engine::action::{Action, Way};
use crate::engine::agent::{Agent, End, Request};
use crate::engine::clock::Clock;
use crate::engine::config::{self, RawValue};
use crate::engine::context::Context;
use crate::engine::event::{Outcome, Revision, TraceContextHint};
use crate::engine::text::cut;
use crate::engine::timing::Entry;

/// Nothing left to do.
const ACTION_NONE: u32 = 0;
/// Text: what is new in the batch.
const ACTION_STORE: u32 = 1;
/// Text: what closes the batch.
const ACTION_SEND: u32 = 2;
/// As [`ACTION_SEND`], while the page is hidden.
const ACTION_SEND_HIDDEN: u32 = 3;
/// As [`ACTION_SEND`], while the page goes away.
const ACTION_SEND_EXIT: u32 = 4;
/// A batch is done with.
const ACTION_FORGET: u32 = 5;
/// Look for what dead pages left.
const ACTION_ADOPT: u32 = 6;
/// The number is milliseconds.
const ACTION_ARM: u32 = 7;
/// Text: the warning.
const ACTION_WARN: u32 = 8;
/// Text: the line.
const ACTION_DEBUG: u32 = 9;
/// The code's width in [`poll`]'s answer; the action's number stands above it: a batch's, where nothing else is said.
const ACTION_BITS: u32 = 4;

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
/// `1` where anything is traced, NUL, `1` where the endpoint speaks OTLP, NUL, `1` where it is known to take gzip,
/// NUL, the `pid`, NUL, where the session is kept (`Session::storage`), NUL, `1` where the endpoint is asked for its
/// word on the configuration, NUL, where, if the page says so; 0 where the agent is off. That word, as tokens, follows the
/// configuration's where it is known. Without the page's URL it is a change of the configuration of the agent that runs.
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
        host.output.ascii(b'0' + config.session.storage);
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
        // Each start has a module of its own: only tests replace an agent, and what frees one is half a kilobyte of code.
        std::mem::forget(host.agent.replace(agent));
        length
    })
}

/// Input: URL, NUL, the rules' answers, NUL, method, NUL, the application's own trace headers
/// (`name NUL value` pairs, NUL between). `flags`: 1 XMLHttpRequest, 2 no-cors, 4 the agent was not ready
/// when the request left, 8 headers cannot be set; above them, in a mini-program, 16 times 0 `request`, 1 `httpRequest`,
/// 2 `uploadFile`, 3 `downloadFile`. Returns the length of the headers' text (`name NUL value`
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
            kind: kind(flags),
            href,
            method,
            answers: answers.as_bytes(),
            own: own.unwrap_or(""),
            obstacle: match flags & 15 {
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

/// Input: the message. `failure`: 0 none, 1 network error, 2 timeout, 3 abort, 4 none although no status is known.
#[wasm_bindgen]
pub fn end(len: u32, id: u32, status: u32, failure: u32, now: f64) {
    with_agent(len, |agent, message, _| {
        maybe(At::End);
        let failure = match failure {
            1 => Some(Outcome::NetworkError),
            2 => Some(Outcome::Timeout),
            3 => Some(Outcome::Abort),
            4 => Some(Outcome::Ok),
            _ => None,
        };
        agent.end_request(id, &End { status, failure, message, now });
    });
}

/// A word about request `id`, or about the page. Below 64 it is what `evaluateApi` said, see `Revision`. 64:
/// `evaluateApi` is to be heard; 65: input is what the application calls the request; 66: nobody reads its body.
/// 67: input is the browser's entry (`Entry::read`), in a mini-program what its host measured of request `id`, which
/// ends next; 68: the URL of what an element could not load; 69: time has
/// passed, infinity lets nothing wait any longer; returns whether something waits. 70: input is the user that storage
/// holds; 71: the page's URL, NUL, the application's name for it. 72: input is the session that storage holds, `now`
/// the date; returns the last moment at which it is the same; 73: and the user is active. What is to be stored
/// instead of user or session is at [`output`], if anything. 74: the headers that [`start`] gave could not be set: the
/// request goes out without them; 75: input is where redirects led it. 76: the application sends the request itself; what
/// was decided is at [`output`] (`Agent::trace_context`). 77: input is an event of the application's own making
/// (`Agent::send_event`), `id` what of its revision is given. With 67, `id` is 1 where the request left before there was
/// an agent. 78: input is what the host calls
/// the network of now.
#[wasm_bindgen]
pub fn note(len: u32, word: u32, id: u32, now: f64) -> f64 {
    with_agent(len, |agent, text, output| {
        maybe(At::Note);
        match word {
            64 => agent.hold_request(id),
            65 => agent.name_request(id, text),
            66 => agent.give_up(id),
            #[cfg(not(feature = "miniapp"))]
            67 => agent.handle_entry(Entry::read(text), id > 0, now),
            #[cfg(feature = "miniapp")]
            67 => agent.measure_request(id, Entry::read(text)),
            #[cfg(not(feature = "miniapp"))]
            68 => agent.handle_failure(text),
            69 => return f64::from(u8::from(agent.handle_tick(now))),
            70 => agent.handle_user(text, output),
            71 => {
                let (href, name) = cut(text, 0);
                agent.handle_view(href, name.unwrap_or(""));
            }
            74 => agent.revoke_headers(id),
            #[cfg(not(feature = "miniapp"))]
            75 => agent.redirect_request(id, text),
            #[cfg(not(feature = "miniapp"))]
            76 => agent.trace_context(id, output),
            #[cfg(not(feature = "miniapp"))]
            77 => agent.send_event(text, id, now),
            #[cfg(feature = "miniapp")]
            78 => agent.handle_network(text),
            72.. => return agent.handle_session(text, now, word > 72, output),
            given => agent.revise_request(id, Revision { members: text.to_owned(), given }, now),
        }
        0.0
    })
}

/// Something has happened: 0 the timer has run out, 1 the application asked for a flush, 2 the page is hidden,
/// 3 it goes away, 4 it is on show again, 5 so by the back/forward cache, 6 the network is back,
/// 7 the page is frozen.
#[wasm_bindgen]
pub fn signal(what: u32, now: f64) {
    with_agent(0, |agent, _, _| {
        maybe(if what == 0 { At::Timer } else { At::Flush });
        match what {
            0 => agent.handle_timer(),
            1 => agent.flush(),
            2 | 3 => agent.handle_hide(PAGES && what == 3, now),
            4 | 5 => agent.handle_show(PAGES && what == 5),
            6 => agent.handle_online(),
            _ if PAGES => agent.handle_freeze(),
            _ => {}
        }
    });
}

/// What became of a batch: an HTTP status, 0 for none, or a number of `engine::queue::answer`; `Retry-After` in
/// milliseconds; events that the endpoint threw away.
#[wasm_bindgen]
pub fn sent(batch: u32, status: u32, after: f64, rejected: u32, now: f64) {
    maybe(At::Sent);
    with_agent(0, |agent, _, _| agent.handle_sent(batch, status, after, rejected, now));
}

/// A batch of a page that lives no more: bytes, events, milliseconds. Returns its number here; 0 where there is no room.
#[wasm_bindgen]
pub fn adopt(bytes: u32, count: u32, age: f64) -> u32 {
    maybe(At::Sent);
    with_agent(0, |agent, _, _| agent.adopt(bytes as usize, count, age))
}

/// The next action's code and number; its text is at [`output`], its length [`output_len`].
#[wasm_bindgen]
pub fn poll(now: f64) -> u32 {
    maybe(At::Poll);
    with_agent(0, |agent, _, output| {
        let (code, number) = match agent.poll_action(now, output) {
            None => (ACTION_NONE, 0),
            Some(Action::Store(batch)) => (ACTION_STORE, batch),
            Some(Action::Send(batch, Way::Normal)) => (ACTION_SEND, batch),
            Some(Action::Send(batch, Way::Hidden)) => (ACTION_SEND_HIDDEN, batch),
            Some(Action::Send(batch, Way::Exit)) => (ACTION_SEND_EXIT, batch),
            Some(Action::Forget(batch)) => (ACTION_FORGET, batch),
            Some(Action::Adopt) => (ACTION_ADOPT, 0),
            Some(Action::Arm(ms)) => (ACTION_ARM, ms),
            Some(Action::Warn) => (ACTION_WARN, 0),
            Some(Action::Debug) => (ACTION_DEBUG, 0),
        };
        code | number << ACTION_BITS
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
