//! The exports of what is recorded: the browser's entries, the application's words about a request, and
//! in whose name events speak. As in [`super::exports`], text goes in through the input buffer.

use wasm_bindgen::prelude::wasm_bindgen;

use super::driver::with_agent;
use super::trap::{At, maybe};
use crate::engine::event::Revision;
use crate::engine::text::cut;
use crate::engine::timing::Entry;

/// The browser's entry. Input: see `Entry::read`.
#[wasm_bindgen]
pub fn entry(len: u32, now: f64) {
    with_agent(len, |agent, text, _| {
        maybe(At::Entry);
        agent.handle_entry(Entry::read(text), now);
    });
}

/// What `evaluateApi` said is a word of its bits; these are the other words.
const WORD_HOLD: u32 = 64;
/// See [`WORD_HOLD`].
const WORD_NAME: u32 = 65;
/// See [`WORD_HOLD`].
const WORD_UNREAD: u32 = 66;

/// A word about a request. `word`: 64 `evaluateApi` is to be heard about it; 65 the input is what the application
/// calls it; 66 nobody reads its body; below, the input is what `evaluateApi` said, and these are `Revision::given`.
#[wasm_bindgen]
pub fn note(len: u32, id: u32, word: u32, now: f64) {
    with_agent(len, |agent, text, _| {
        maybe(At::Note);
        match word {
            WORD_HOLD => agent.hold_request(id),
            WORD_NAME => agent.name_request(id, text),
            WORD_UNREAD => agent.give_up(id),
            given => agent.revise_request(id, Revision { members: text.to_owned(), given }, now),
        }
    });
}

/// Input: the URL of a resource that an element could not load.
#[wasm_bindgen]
pub fn failed(len: u32) {
    with_agent(len, |agent, href, _| {
        maybe(At::Entry);
        agent.handle_failure(href);
    });
}

/// Time has passed; infinity: nothing waits any longer. Returns whether events wait for something.
#[wasm_bindgen]
pub fn tick(now: f64) -> bool {
    with_agent(0, |agent, _, _| {
        maybe(At::Note);
        agent.handle_tick(now)
    })
}

/// Input: the session that storage holds. Leaves the one to store at `output`, if any; returns the
/// last moment at which it is the same.
#[wasm_bindgen]
pub fn session(len: u32, date: f64, active: bool) -> f64 {
    with_agent(len, |agent, stored, output| {
        maybe(At::Session);
        agent.handle_session(stored, date, active, output)
    })
}

/// Input: the user that storage holds. Leaves the one to store at `output`, if any.
#[wasm_bindgen]
pub fn user(len: u32) {
    with_agent(len, |agent, stored, output| {
        maybe(At::Session);
        agent.handle_user(stored, output);
    });
}

/// Input: the page's URL, NUL, the application's name for it.
#[wasm_bindgen]
pub fn view(len: u32) {
    with_agent(len, |agent, text, _| {
        maybe(At::View);
        let (href, name) = cut(text, 0);
        agent.handle_view(href, name.unwrap_or(""));
    });
}
