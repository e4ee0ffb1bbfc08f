//! RUM bundles: their shape, what is kept of them, and how an event becomes a span.
//!
//! A bundle comes from a browser, so nothing in it is trusted: [`parse`] checks its shape, [`record`] clips and
//! redacts, and only records go on to [`mapping`] and to the store. [`back`] goes the other way, from a page's OTLP span
//! to an event.

pub mod back;
pub mod bundle;
pub mod carrier;
pub mod fields;
pub mod loose;
pub mod mapping;
mod network;
pub mod outcome;
pub mod parse;
pub mod phases;
pub mod record;
