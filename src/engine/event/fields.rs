//! The fields of an event: for each its name in a bundle, its attribute in a span, and where its value comes from, in one
//! row. The agent writes bundles and spans by these rows ([`Writer`](crate::engine::encode::Writer)), and the gateway makes
//! spans from bundles by them. What only a bundle or only a span has stands in `encode/rum.rs` and in `span.rs`.

use super::{Outcome, PHASES, ResourceEvent};

/// Takes fields. What is unknown is left out: an empty text, a number that is negative or none, a flag that is not set.
pub trait Fields {
    /// A text.
    fn text(&mut self, names: &'static str, value: &str);
    /// A whole number.
    fn integer(&mut self, names: &'static str, value: f64);
    /// A measured number. From the agent 0 is unknown, too.
    fn number(&mut self, names: &'static str, value: f64);
    /// A flag.
    fn flag(&mut self, names: &'static str, value: bool);
}

/// The names of a field: in a bundle, and as an attribute of spans. A mini-program writes no spans, and its package has no
/// room for their names.
#[macro_export]
macro_rules! both {
    ($field:literal, $attribute:literal) => {
        if cfg!(feature = "miniapp") { $field } else { concat!($field, " ", $attribute) }
    };
}

/// The names of an attribute that only spans have.
#[macro_export]
macro_rules! attribute {
    ($attribute:literal) => {
        concat!(" ", $attribute)
    };
}

/// The fields that bundles and spans both have.
pub fn shared(event: &ResourceEvent<'_>, out: &mut impl Fields) {
    out.text(both!("type", "rum.resource.type"), event.kind);
    out.text(both!("method", "http.request.method"), event.method);
    out.flag(both!("incomplete", "rum.resource.incomplete"), event.incomplete);
    for (names, phase) in PHASES.iter().zip(event.timing.phases) {
        out.number(names, phase);
    }
    if event.timing.size > 0.0 || event.timing.transfer > 0.0 {
        out.integer(both!("size", "http.response.body.size"), event.timing.size);
        out.integer(both!("transfer_size", "http.response.size"), event.timing.transfer);
    }
    out.text(both!("delivery_type", "rum.resource.delivery_type"), event.timing.delivery);
    out.text(both!("outcome", "rum.resource.outcome"), event.outcome.map_or("", Outcome::name));
    out.text(both!("trace_context_hint", "rum.trace_context_hint"), event.hint);
    out.text(both!("server_timing_hint", "rum.server_timing_hint"), event.server_hint);
    out.text(both!("server_timing_trace_id", "rum.server_timing.trace_id"), event.server_trace);
}
