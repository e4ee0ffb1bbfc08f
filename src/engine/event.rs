//! The RUM resource event: one request, as it is reported (`docs/events.md` describes every field).

mod fields;
mod kind;
mod revision;

pub use fields::{Fields, shared};
pub use kind::Kind;
pub use revision::{Revision, Said, http_status};

use super::clock::Millis;
use super::text::Out;
use crate::both;

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
    /// The outcome of an answer; `None` for an opaque answer, whose status the browser hides.
    pub fn of(status: u32) -> Option<Self> {
        match status {
            0 => None,
            400.. => Some(Self::HttpError),
            _ => Some(Self::Ok),
        }
    }

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

    /// `success` of the vendor's shape: 1 for an answer below 400, 0 for a failure, -1 where the caller gave up.
    pub fn success(self) -> &'static str {
        match self {
            Self::Ok => "1",
            Self::Abort => "-1",
            _ => "0",
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

/// Why the Server-Timing header named a trace, or did not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ServerTimingHint {
    /// No header, or one that this origin may not read.
    #[default]
    NotAvailable,
    /// A trace was named, and it is ours where headers of ours went out.
    Received,
    /// The header names no trace.
    NoTraceInfo,
    /// It names a trace in an unknown form.
    Invalid,
    /// It names another trace than the one that our headers named.
    Mismatch,
}

impl ServerTimingHint {
    /// As it stands in the event.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotAvailable => "not_available",
            Self::Received => "received",
            Self::NoTraceInfo => "no_trace_info",
            Self::Invalid => "invalid",
            Self::Mismatch => "mismatch",
        }
    }
}

/// What a response's Server-Timing header says about its trace.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerTiming<'a> {
    /// What was found.
    pub hint: ServerTimingHint,
    /// 32 hex digits, not all zero; empty where no trace was named.
    pub trace: Out,
    /// Dynatrace's `dtSInfo`: digits; empty where it is absent.
    pub sampling: &'a str,
    /// Dynatrace's `dtRpid`: digits, perhaps with a sign; empty where it is absent.
    pub response: &'a str,
}

/// What the browser measured of one request. Zero and empty mean unknown, and are left out of the event.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Timing<'a> {
    /// Redirects, DNS, connection (with TLS), TLS, first byte, download, service worker start-up: milliseconds.
    pub phases: [Millis; 7],
    /// Bytes of the body after decompression.
    pub size: f64,
    /// Bytes that crossed the network, headers too; 0 for a cache hit.
    pub transfer: f64,
    /// ALPN name (`h2`, `http/1.1`).
    pub protocol: &'a str,
    /// The browser's `deliveryType`; `cache` for a cache hit.
    pub delivery: &'a str,
}

/// The names of [`Timing::phases`], as [`Fields`] takes them.
pub const PHASES: [&str; 7] = [
    both!("redirect_duration", "rum.phase.redirect_ms"),
    both!("dns_duration", "rum.phase.dns_ms"),
    both!("connect_duration", "rum.phase.connect_ms"),
    both!("ssl_duration", "rum.phase.ssl_ms"),
    both!("first_byte_duration", "rum.phase.first_byte_ms"),
    both!("download_duration", "rum.phase.download_ms"),
    "worker_duration",
];

/// One finished request. Empty texts are unknown, and so are negative numbers.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ResourceEvent<'a> {
    /// Unique: receivers drop what they have seen.
    pub id: &'a str,
    /// Start, milliseconds since the epoch.
    pub timestamp: Millis,
    /// Milliseconds from the call to the end.
    pub duration: Millis,
    /// The end is unknown: the duration reaches only to the headers, or to the moment when the page was left; or the page
    /// was frozen meanwhile.
    pub incomplete: bool,
    /// Interface, type of a static resource, or the application's own word.
    pub kind: &'a str,
    /// What groups events: the URL's path without ids.
    pub name: &'a str,
    /// Without credentials, secrets and fragment; absolute or not.
    pub url: &'a str,
    /// Where redirects led, as `url`; empty where there were none.
    pub redirected: &'a str,
    /// In upper case where HTTP knows the method.
    pub method: &'a str,
    /// HTTP status; 0 where there is none.
    pub status: u32,
    /// The same as JSON, or what the application gave in its place: no HTTP status, perhaps.
    pub status_code: &'a str,
    /// 1 for a good end, 0 for a failure, -1 where that is not known; empty where `status` and `outcome` decide.
    pub success: &'a str,
    /// The status line's text, the error's message, or the application's own.
    pub message: &'a str,
    /// Whether the message is the application's own.
    pub own_message: bool,
    /// How it ended; `None` where the sender does not tell.
    pub outcome: Option<Outcome>,
    /// [`TraceContextHint::name`]; empty for static resources, to which no agent can add headers.
    pub hint: &'a str,
    /// What the browser measured.
    pub timing: Timing<'a>,
    /// [`ServerTimingHint::name`].
    pub server_hint: &'a str,
    /// The trace that the Server-Timing header names.
    pub server_trace: &'a str,
    /// The session in which it started.
    pub session: &'a str,
    /// Id of the view in which it started.
    pub view_id: &'a str,
    /// Name of the view in which it started.
    pub view_name: &'a str,
}
