//! RUM bundles: their shape, what is kept of them, and how an event becomes a span.
//!
//! A bundle comes from a browser, so nothing in it is trusted: [`parse`] checks its shape, [`record`] clips and
//! redacts, and only records go on to [`mapping`] and to the store.

pub mod bundle;
pub mod carrier;
pub mod fields;
pub mod loose;
pub mod mapping;
pub mod outcome;
pub mod parse;
pub mod phases;
pub mod record;
