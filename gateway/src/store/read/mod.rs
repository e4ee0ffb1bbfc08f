//! Reading for the API. The shapes here are the API's JSON, as docs/gateway/openapi.json describes it.

mod facets;
mod filter;
mod requests;
mod sessions;
mod topology;
mod trace;
mod traces;

pub use facets::{Facet, Facets};
pub use filter::{Cursor, RequestFilter, Times};
pub use requests::{EventFilter, Request, Requests};
pub use sessions::{Session, SessionFilter, SessionSummary, Sessions, ViewSummary};
pub use topology::{Calls, Edge, Node, Topology};
pub use trace::{Detail, SpanView, StatusView, Trace};
pub use traces::{TraceFilter, TraceSummary, Traces};

const NS_PER_MS: f64 = 1_000_000.0;
const US_PER_MS: f64 = 1_000.0;

fn milliseconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / NS_PER_MS
}

fn from_us(microseconds: i64) -> f64 {
    microseconds as f64 / US_PER_MS
}
