//! Every bound of the gateway, in one place, each with its reason.

use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Largest `/rum` body, before and after decompression. An agent sends at most about 60 kB at once (what browsers let
/// a closing page send), so this leaves room and still bounds the work.
pub const RUM_BODY_BYTES: usize = MIB;

/// Largest `/v1/traces` body, before and after decompression. Batches of 512 spans, the default of OpenTelemetry's
/// exporters, stay well below it.
pub const OTLP_BODY_BYTES: usize = 4 * MIB;

/// Memory that bodies and what was read from them may take together until they are stored. Beyond it requests are
/// answered 503 before they are read.
pub const INTAKE_BYTES: usize = 32 * MIB;

/// Bodies above this size are parsed on a thread that may block; smaller ones take less time than changing threads.
pub const PARSE_AT_ONCE_BYTES: usize = 64 * KIB;

/// Large bodies that are parsed at the same time: while it is parsed, a body takes several times its size.
pub const PARALLEL_PARSES: usize = 2;

/// Most events in one bundle; an agent sends about 20.
pub const EVENTS_PER_BUNDLE: usize = 1_000;

/// Most spans in one OTLP request; a Collector sends 8,192 unless it is told otherwise.
pub const SPANS_PER_REQUEST: usize = 10_000;

/// Largest encoding of one span or one resource. Decoded, it takes up to 50 times as much.
pub const SPAN_BYTES: usize = 256 * KIB;

/// Memory that the rows of one request may take, and likewise the events made of its spans.
pub const ROWS_BYTES: usize = 8 * MIB;

/// Bytes of one list of attributes; what comes after them is left out.
pub const ATTRIBUTES_BYTES: usize = 64 * KIB;

/// Most attributes of one span, span event or resource.
pub const ATTRIBUTES: usize = 128;

/// Characters kept of one text: a name, an identifier, an attribute.
pub const TEXT_CHARS: usize = 1_024;

/// Characters kept of one URL, header value or status message, which are longer by nature.
pub const LONG_TEXT_CHARS: usize = 4_096;

/// Bytes in which an answer says what was left out or refused.
pub const REPORT_BYTES: usize = 1_000;

/// How long a client may take to send a request's head, and how long a connection may stay idle. Browsers and
/// exporters open another one without a loss.
pub const HEAD_TIME: Duration = Duration::from_secs(10);

/// How long a client may take to send its body before it gets 408.
pub const BODY_TIME: Duration = Duration::from_secs(10);

/// How long the rest of a refused body is read, so that the client sees why it was refused.
pub const DISCARD_TIME: Duration = Duration::from_secs(1);

/// How long a client may take none of its answer before the connection is closed.
pub const WRITE_TIME: Duration = Duration::from_secs(10);

/// How long a stopping gateway waits for requests that have come in whole.
pub const DRAIN_TIME: Duration = Duration::from_secs(10);

/// How long a stopping gateway waits for the rest of a request that has come in half.
pub const HALF_SENT_TIME: Duration = Duration::from_millis(500);

/// Connections at the same time, where the system allows as many; further ones wait to be accepted.
pub const CONNECTIONS: usize = 1_000;

/// Connections of one client that is neither this machine nor a trusted proxy; further ones are closed at once.
/// An office behind one address shares them.
pub const CONNECTIONS_PER_CLIENT: usize = 250;

/// File descriptors that are not for connections: the store's files, the listener, the view's files, the log.
pub const OTHER_DESCRIPTORS: u64 = 64;

/// Requests per second of one client, and how many of them may come at once. An office of 1,000 users behind one
/// address stays below it.
pub const CLIENT_RATE: u32 = 200;

/// Events per second of one application.
pub const APP_RATE: u32 = 5_000;

/// How many seconds' worth may come at once.
pub const RATE_BURST: u32 = 5;

/// After so many checks of rates those who have been quiet are forgotten, which bounds how many are known.
pub const RATES_SWEPT: u64 = 10_000;

/// Largest file of a remote configuration: agents look at no longer answer.
pub const CONFIG_BYTES: u64 = 50_000;

/// Largest file of rules.
pub const RULES_BYTES: usize = 512 * KIB;

/// Most rules: all of them run on each event and span.
pub const RULES: usize = 100;

/// Most regexes of all rules.
pub const REGEXES: usize = 100;

/// Memory of one compiled regex, and of each of its caches.
pub const REGEX_BYTES: usize = 512 * KIB;

/// Longest regex as written.
pub const PATTERN_CHARS: usize = 1_000;

/// Jobs that may wait for the store's thread; beyond it requests are answered 503. [`INTAKE_BYTES`] bounds their size.
pub const STORE_QUEUE: usize = 2_048;

/// Batches that share one transaction, so that no answer waits for too many others.
pub const BATCHES_PER_TRANSACTION: usize = 64;

/// Room for spans that wait to be forwarded, as the settings write it: an hour of 500 spans a second.
pub const SPOOL_BYTES: &str = "2GiB";

/// Bytes of spans in one record of the spool, about. What is sent together stays below the 4 MiB that gRPC receivers
/// take unless they are told otherwise.
pub const RECORD_BYTES: usize = 512 * KIB;

/// Largest record that can be: [`RECORD_BYTES`], one more span with its resource, and its keys, with much to spare.
pub const SPOOL_RECORD_BYTES: usize = 16 * MIB;

/// Bytes that are sent together, unless one record alone is larger.
pub const BATCH_BYTES: usize = 2 * MIB;

/// Records that are sent together.
pub const BATCH_RECORDS: usize = 512;

/// Size at which a segment of the spool is followed by the next; on disk the spool takes up to this much more than
/// its bound.
pub const SEGMENT_BYTES: u64 = 8 * MIB as u64;

/// Requests that may wait for the spool's thread; beyond it they are answered 503.
pub const SPOOL_QUEUE: usize = 2_048;

/// Requests that share one `fdatasync`.
pub const WRITES_PER_SYNC: usize = 256;

/// Spans by which a repeated one is recognised before it is forwarded again: 10 MB of memory.
pub const SPANS_REMEMBERED: usize = 100_000;

/// How long a receiver may take to answer.
pub const FORWARD_TIME: Duration = Duration::from_secs(30);

/// How long the gateway waits before it asks a receiver for the second time, and at most between two tries.
pub const FIRST_RETRY: Duration = Duration::from_secs(1);

/// See [`FIRST_RETRY`].
pub const LONGEST_RETRY: Duration = Duration::from_secs(30);

/// Longest wait that a receiver may ask for.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(300);

/// How often a receiver may fail with the same batch, by an answer that is neither a refusal nor a request to come
/// again, until the batch counts as refused: 3 minutes.
pub const FAILURES: u32 = 10;

/// Bytes that are read of a receiver's answer.
pub const ANSWER_READ: usize = 64 * KIB;

/// A smaller spool could not hold one request of each kind and what is being sent.
pub const SMALLEST_SPOOL_BYTES: u64 = 32 * MIB as u64;

/// How often the store is asked to drop what is too old.
pub const EXPIRY_INTERVAL: Duration = Duration::from_secs(60);

/// RUM events kept.
pub const EVENTS_KEPT: u64 = 10_000;

/// Bytes of RUM events kept: a count alone would not bound the file.
pub const EVENT_BYTES_KEPT: u64 = 64 * MIB as u64;

/// The same where the store has no file.
pub const EVENT_BYTES_IN_MEMORY: u64 = 16 * MIB as u64;

/// Traces kept. Whole traces are dropped, the one that was quiet for longest first.
pub const TRACES_KEPT: u64 = 1_000;

/// Spans kept over all traces.
pub const SPANS_KEPT: u64 = 50_000;

/// Spans kept of one trace; later ones are refused, so that one runaway trace cannot push out all others.
pub const SPANS_PER_TRACE: u64 = 2_000;

/// Bytes of spans kept over all traces.
pub const SPAN_BYTES_KEPT: u64 = 256 * MIB as u64;

/// The same where the store has no file.
pub const SPAN_BYTES_IN_MEMORY: u64 = 32 * MIB as u64;

/// Bytes of spans kept of one trace, and so the size of the largest answer: 4 kB for each of 2,000 spans.
pub const TRACE_BYTES_KEPT: u64 = 8 * MIB as u64;

/// Spans of other applications that a trace may have. Two applications may share a trace; one that only knows its id
/// must not fill it.
pub const FOREIGN_SPANS_PER_TRACE: usize = 200;

/// Bytes of such spans.
pub const FOREIGN_BYTES_PER_TRACE: u64 = MIB as u64;

/// Rows that one `/api` answer holds unless `limit` says less.
pub const PAGE_DEFAULT: u32 = 50;

/// Most rows that `limit` may ask for.
pub const PAGE_MAX: u32 = 500;

/// Bytes of rows in one `/api` answer; the rest of the page is left out.
pub const ANSWER_BYTES: usize = 8 * MIB;

/// Services that the list names of one trace.
pub const SERVICES_LISTED: usize = 32;

/// Connections that read the store at the same time.
pub const READERS: usize = 4;

/// Reads that may wait for one of them; further ones are answered 503.
pub const READERS_WAITING: usize = 64;

/// Clients of `/api/live` at the same time; further ones are answered 503. Each holds a connection for as long as it
/// wants.
pub const LIVE_CLIENTS: usize = 32;

/// Shortest time between two messages of `/api/live`.
pub const LIVE_PAUSE: Duration = Duration::from_millis(500);

/// How often `/api/live` sends an empty comment, so that proxies keep the connection and dead clients are noticed.
pub const LIVE_COMMENT: Duration = Duration::from_secs(15);

/// Values that `/api/facets` lists of one filter, those with most rows first.
pub const FACET_VALUES: usize = 50;

/// The window of `/api/topology` where a request names none.
pub const WINDOW_DEFAULT: Duration = Duration::from_secs(3_600);

/// Nodes in one topology, those with most calls first.
pub const TOPOLOGY_NODES: usize = 200;

/// Edges in one topology, those with most calls first.
pub const TOPOLOGY_EDGES: usize = 1_000;

/// A caller's span begins at most this long before the span that it called, where both are to make an edge.
pub const TOPOLOGY_MARGIN: Duration = Duration::from_secs(60);

/// How old a timestamp may be: an agent keeps what it could not send for three days.
pub const OLDEST: Duration = Duration::from_secs(7 * 24 * 3_600);

/// How far ahead a timestamp may be: clocks of users are wrong, mostly by less.
pub const NEWEST: Duration = Duration::from_secs(3_600);
