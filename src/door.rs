//! The numbers that cross between JavaScript and the engine. This file imports nothing and decides nothing;
//! `src/host/exports.rs` acts on the numbers, and `pkg-template/js/core/door.js` names the same ones (`WORD_HELD` is
//! [`Word::Held`]). tests/rules/door.rs compares the two files.
//!
//! A number without a name has no effect: `from` gives `None`, and the call returns 0.
//!
//! # Words: `note(len, word, id, now) -> f64`
//!
//! `note` hands the engine one fact. It returns 0 where the last column is empty. "Request" means that `id` is the
//! number that the host gave the request at `start`; "–" means that the argument is not read. NUL separates the parts of a
//! text.
//!
//! | word | build | input text | `id` | `now` | returns, and leaves at `output` |
//! |---|---|---|---|---|---|
//! | [`Word::Held`] | both | – | request | – | |
//! | [`Word::Named`] | both | the application's name for the request | request | – | |
//! | [`Word::Unread`] | both | – | request | – | |
//! | [`Word::Entry`] | browser | the browser's entry (`timing::Entry::read`) | 1: the request left before the agent's hooks were there | monotonic ms | |
//! | [`Word::Entry`] | mini-program | what the host has measured, in the same form | the request that ends next | – | |
//! | [`Word::Failed`] | browser | the URL that an element could not load | – | – | |
//! | [`Word::Tick`] | both | – | – | monotonic ms; infinity: every waiting event leaves | 1 if an event still waits |
//! | [`Word::User`] | both | the stored user | – | – | output: the user to store, if it changed |
//! | [`Word::View`] | both | the page's URL, the application's name for the view | – | – | |
//! | [`Word::Session`] | both | the stored session | – | ms since the epoch | the last ms of this session; output: the session to store, if it changed |
//! | [`Word::Active`] | both | as for [`Word::Session`] | – | ms since the epoch | as for [`Word::Session`] |
//! | [`Word::Revoked`] | both | – | request | – | |
//! | [`Word::Redirected`] | browser | the URL that redirects led to | request | – | |
//! | [`Word::Context`] | browser | – | request | – | output: the decision (`Agent::trace_context`) |
//! | [`Word::Event`] | browser | the event's parts (`Agent::send_event`) | – | monotonic ms | |
//! | [`Word::Network`] | mini-program | the host's name for the present network | – | – | |
//! | [`Word::Revised`] | both | the answer of `evaluateApi` (`event::Revision`) | request | monotonic ms | |
//!
//! A word of one build has no effect in the other.

/// Defines an enum of numbers that cross, and its `from`.
macro_rules! numbers {
    ($(#[$what:meta])* $name:ident { $($(#[$why:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$what])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u32)]
        pub enum $name { $($(#[$why])* $variant = $number,)* }

        impl $name {
            /// The variants by name, with their numbers.
            pub const ALL: &'static [(&'static str, u32)] = &[$((stringify!($variant), $number)),*];

            /// The variant with this number.
            #[allow(clippy::should_implement_trait, reason = "an unknown number is no error, and has no value")]
            pub fn from(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

numbers! {
    /// What `note` says; the table above has the arguments of each.
    Word {
        /// The application's `evaluateApi` is being asked about this request; the event waits for its answer.
        Held = 64,
        /// The application's name for this request (`parseResourceName`).
        Named = 65,
        /// Nobody reads this response's body, so the browser's entry may never come.
        Unread = 66,
        /// A measurement: the browser's entry, or what a mini-program's host has measured.
        Entry = 67,
        /// An element could not load its resource.
        Failed = 68,
        /// Time has passed.
        Tick = 69,
        /// The stored user.
        User = 70,
        /// The view that the page shows.
        View = 71,
        /// The stored session.
        Session = 72,
        /// As [`Word::Session`], and the user is active.
        Active = 73,
        /// The headers from `start` could not be set: the request leaves without them.
        Revoked = 74,
        /// Redirects led the request elsewhere.
        Redirected = 75,
        /// The application sends this request by other means, and asks for its headers only (`getTraceContext`).
        Context = 76,
        /// An event that the application has made (`sendEvent`).
        Event = 77,
        /// The network has changed.
        Network = 78,
        /// The answer of `evaluateApi` about a request.
        Revised = 79,
    }
}

numbers! {
    /// What `signal(signal, now)` reports; `now` is monotonic ms. It returns nothing.
    Signal {
        /// The timer of [`Action::Arm`] has run out.
        Timer = 0,
        /// The application asks for everything to be sent.
        Flush = 1,
        /// The page is hidden.
        Hidden = 2,
        /// The page is going away. Mini-programs have no such moment; there this counts as [`Signal::Hidden`].
        Leaving = 3,
        /// The page is shown again.
        Shown = 4,
        /// The page is back from the back/forward cache. In a mini-program this counts as [`Signal::Shown`].
        Restored = 5,
        /// The network is back.
        Online = 6,
        /// The page is frozen. No effect in a mini-program.
        Frozen = 7,
        /// The network is gone.
        Offline = 8,
    }
}

numbers! {
    /// What `poll(now)` asks for: the action's number in the lowest [`ACTION_BITS`] bits, above them the number of a
    /// batch, or milliseconds for [`Action::Arm`]. The action's text, if it has one, is at `output`.
    Action {
        /// There is nothing to do. JavaScript does not name it: the answer is 0.
        None = 0,
        /// Append the text to the batch, and write the batch to storage.
        Store = 1,
        /// Send the batch; the text closes it.
        Send = 2,
        /// As [`Action::Send`], while the page is hidden. JavaScript does not name it: it is the last case.
        SendHidden = 3,
        /// As [`Action::Send`], while the page goes away.
        SendExit = 4,
        /// Delete the batch, also from storage.
        Forget = 5,
        /// Look for batches of pages that are gone.
        Adopt = 6,
        /// Start the one timer.
        Arm = 7,
        /// Warn on the console; the text is the warning.
        Warn = 8,
        /// Write the text with `console.debug`.
        Debug = 9,
    }
}

/// Bits of an action's number in the answer of `poll`.
pub const ACTION_BITS: u32 = 4;

numbers! {
    /// How a request failed: an argument of `end(len, id, status, failure, now)`. The input text is the error's message or
    /// the status line's text.
    Failure {
        /// It did not fail: the status decides.
        None = 0,
        /// There was no answer.
        NetworkError = 1,
        /// The time limit passed.
        Timeout = 2,
        /// The caller aborted the request.
        Abort = 3,
        /// It did not fail, and its status is unknown.
        Unknown = 4,
    }
}

numbers! {
    /// Flags of `start(len, id, flags, now, date)`, to be added. A mini-program adds [`Interface`] times [`KIND`]. The parts of
    /// the input text are the URL, the answers of the RegExp and function rules, the method, and the application's own trace
    /// headers as pairs of name and value. `start` returns the length of the headers to set, as such pairs; 0 for none.
    Start {
        /// `XMLHttpRequest`; otherwise `fetch`.
        Xhr = 1,
        /// `mode: 'no-cors'`: the browser would drop the headers.
        NoCors = 2,
        /// The request left before the engine was ready.
        NotReady = 4,
    }
}

impl Start {
    /// Whether the flag is set.
    pub fn is_in(self, flags: u32) -> bool {
        flags & self as u32 != 0
    }
}

/// What an [`Interface`] is multiplied by in the flags of a start.
pub const KIND: u32 = 16;

numbers! {
    /// Which function of a mini-program's host makes the request. JavaScript counts them by their order in `KINDS`
    /// (pkg-template/js/miniapp/hosts.js).
    Interface {
        /// `request`. JavaScript does not name it.
        Request = 0,
        /// `httpRequest`, of DingTalk and older Alipay. JavaScript does not name it.
        HttpRequest = 1,
        /// `uploadFile`. JavaScript does not name it.
        UploadFile = 2,
        /// `downloadFile`. JavaScript does not name it.
        DownloadFile = 3,
    }
}

numbers! {
    /// What became of a batch that has no HTTP status. The `status` of `sent(batch, status, after, rejected, now)` is one of
    /// these, an HTTP status, or 0 for a request without an answer. `after` is `Retry-After` in ms; `rejected` is the number of
    /// events that the endpoint rejected.
    Answer {
        /// The browser accepted the batch of an [`Action::SendExit`].
        Taken = 1,
        /// The browser refused that batch, and would refuse the next one.
        NotTaken = 2,
        /// Another page has taken over the batch.
        Gone = 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `from` knows exactly these numbers.
    fn knows<T: Copy>(from: fn(u32) -> Option<T>, number: fn(T) -> u32, expected: &[u32]) {
        let known: Vec<u32> =
            (0..300).filter(|tried| from(*tried).is_some_and(|found| number(found) == *tried)).collect();
        assert_eq!(known, expected);
        assert!([301, 1 << 16, u32::MAX].into_iter().all(|tried| from(tried).is_none()));
    }

    #[test]
    fn known_numbers_are_named_and_all_others_are_not() {
        knows(Word::from, |word| word as u32, &(64..80).collect::<Vec<_>>());
        knows(Signal::from, |signal| signal as u32, &[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        knows(Action::from, |action| action as u32, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        knows(Failure::from, |failure| failure as u32, &[0, 1, 2, 3, 4]);
        knows(Start::from, |flag| flag as u32, &[1, 2, 4]);
        knows(Interface::from, |interface| interface as u32, &[0, 1, 2, 3]);
        knows(Answer::from, |answer| answer as u32, &[1, 2, 3]);
    }

    #[test]
    fn the_flags_and_the_interface_share_no_bit() {
        assert!((0..3).all(|bit| Start::from(1 << bit).is_some()), "three flags, below KIND");
        assert!((3..32).all(|bit| Start::from(1 << bit).is_none()));
        assert!(Action::from((1 << ACTION_BITS) - 1).is_none() && Action::from(1 << ACTION_BITS).is_none());
    }
}
