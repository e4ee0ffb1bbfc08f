//! The RUM resource event: one request, as it is reported (`docs/events.md` describes every field).

use super::clock::Millis;
use super::propagation::{Carrier, SpanContext};
use super::text::Out;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An answer with a status below 400.
    Ok,
    /// An answer with a status of 400 or more.
    HttpError,
    /// No answer.
    NetworkError,
    /// The caller's time limit passed.
    Timeout,
    /// The caller gave up.
    Abort,
}

impl Outcome {
    /// As it stands in the event.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::HttpError => "http_error",
            Self::NetworkError => "network_error",
            Self::Timeout => "timeout",
            Self::Abort => "abort",
        }
    }

    /// `success` of the vendor's shape: 1 for an answer below 400, 0 for a failure, -1 where nobody failed.
    pub fn success(self) -> &'static str {
        match self {
            Self::Ok => "1",
            Self::Abort => "-1",
            _ => "0",
        }
    }
}

/// Which interface made the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `fetch()`.
    Fetch,
    /// `XMLHttpRequest`.
    Xhr,
}

impl Kind {
    /// The browser's own name for it (Resource Timing, `initiatorType`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Xhr => "xmlhttprequest",
        }
    }
}

/// Why a request carries our headers, or does not; `docs/hints.md` has the exact conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceContextHint {
    /// Our headers went out.
    Set,
    /// The application's own `traceparent` was valid: its ids are the event's.
    External,
    /// The application's own `traceparent` was not valid; it is left alone.
    Invalid,
    /// Another origin, and `tracing.allowedUrls` has no entries.
    CrossOrigin,
    /// Tracing is off.
    Disabled,
    /// The agent's own endpoint, or an entry without protocols matched.
    Excluded,
    /// Another origin, and no entry matched.
    NoMatch,
    /// Neither `http:` nor `https:`.
    NotHttp,
    /// `mode: 'no-cors'`: the browser would drop the headers in silence.
    NoCors,
    /// Not sampled, and `tracing.unsampled` is `omit`.
    NotSampled,
    /// Our headers went out, but for a `tracestate` or `baggage` that would have become too long.
    MaxLength,
    /// No entry matched because a RegExp or predicate threw.
    PredicateError,
    /// The application set a header of a protocol of this request.
    HeaderConflict,
    /// The host could not put the headers in.
    PatchFailed,
    /// The request left before the agent was ready.
    NotReady,
}

/// The hints as they stand in events, in the order of [`TraceContextHint`].
const HINTS: [&str; 15] = [
    "set",
    "external",
    "invalid",
    "cross_origin",
    "disabled",
    "excluded",
    "no_match",
    "not_http",
    "no_cors",
    "not_sampled",
    "max_length",
    "predicate_error",
    "header_conflict",
    "patch_failed",
    "not_ready",
];

impl TraceContextHint {
    /// As it stands in the event.
    pub fn name(self) -> &'static str {
        HINTS.get(self as usize).copied().unwrap_or("")
    }
}

/// One finished request.
#[derive(Debug, Clone, PartialEq)]
pub struct ResourceEvent<'a> {
    /// Unique: receivers drop what they have seen.
    pub id: Out,
    /// Start, milliseconds since the epoch.
    pub timestamp: Millis,
    /// Milliseconds from the call to the end.
    pub duration: Millis,
    /// Interface.
    pub kind: Kind,
    /// What groups: the URL's path.
    pub name: &'a str,
    /// Without credentials and fragment.
    pub url: Out,
    /// Upper-case where HTTP knows the method.
    pub method: &'a str,
    /// HTTP status; 0 where there was no answer.
    pub status: u32,
    /// The status line's text, or the error's message.
    pub message: &'a str,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it carries headers or not.
    pub hint: TraceContextHint,
    /// The ids on the wire; `None` where none of ours went out.
    pub context: Option<SpanContext>,
    /// The headers that went out.
    pub headers: &'a Carrier,
}
