//! Reading for the API. The shapes here are the API's JSON, as docs/gateway/openapi.json describes it.

mod facets;
mod filter;
mod requests;
mod sessions;
mod topology;
mod trace;
mod traces;
mod units;

pub use facets::{Facet, Facets};
pub use filter::{Cursor, RequestFilter, Times};
pub use requests::{EventFilter, Request, Requests};
pub use sessions::{Session, SessionFilter, SessionSummary, Sessions, ViewSummary};
pub use topology::{Calls, Edge, Node, Topology};
pub use trace::{Detail, SpanView, StatusView, Trace};
pub use traces::{TraceFilter, TraceSummary, Traces};
