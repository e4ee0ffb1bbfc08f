//! Every bound of the gateway, in one place, each with its reason.

use std::time::Duration;

/// Largest `/rum` body, before and after decompression. An agent sends at most about 60 kB at
/// once (what browsers let a closing page send), so this leaves room and still bounds the work.
pub const RUM_BODY_BYTES: usize = 1024 * 1024;

/// Largest `/v1/traces` body, before and after decompression. Batches of 512 spans, the default
/// of OpenTelemetry's exporters, stay well below it.
pub const OTLP_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Most events in one bundle; an agent sends about 20.
pub const EVENTS_PER_BUNDLE: usize = 1_000;

/// Bodies that are parsed at the same time. Parsed spans take many times the bytes of their
/// encoding, so this is what bounds the memory that hostile bodies can claim together.
pub const PARALLEL_PARSES: usize = 4;

/// How long a client may take to send its body before it gets 408.
pub const BODY_TIME: Duration = Duration::from_secs(10);

/// How long a stopping gateway waits for requests that it has begun to serve.
pub const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Largest file of a remote configuration: agents look at no longer answer.
pub const CONFIG_BYTES: u64 = 50_000;

/// Jobs that may wait for the store's thread; beyond it requests are answered 503 rather than queued.
pub const STORE_QUEUE: usize = 256;

/// RUM events kept; the oldest go first.
pub const EVENTS_KEPT: i64 = 10_000;

/// Traces kept. Whole traces are dropped, the one that was quiet for longest first.
pub const TRACES_KEPT: i64 = 1_000;

/// Spans kept over all traces.
pub const SPANS_KEPT: i64 = 50_000;

/// Spans kept of one trace; later ones are refused, so that one runaway trace cannot push out all others.
pub const SPANS_PER_TRACE: i64 = 2_000;

/// Bytes of span detail kept over all traces: a count alone would not bound the file.
pub const SPAN_BYTES_KEPT: i64 = 256 * 1024 * 1024;

/// Attributes kept of one span, span event or resource.
pub const ATTRIBUTES: usize = 128;

/// Characters kept of one text: a name, an identifier, an attribute.
pub const TEXT_CHARS: usize = 1_024;

/// Characters kept of one URL, header value or status message, which are longer by nature.
pub const LONG_TEXT_CHARS: usize = 4_096;

/// Rows that one `/api` answer holds unless `limit` says less.
pub const PAGE_DEFAULT: u32 = 50;

/// Most rows that `limit` may ask for.
pub const PAGE_MAX: u32 = 500;
