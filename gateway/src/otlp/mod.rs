//! OTLP traces. A request is read span by span, so that only rows that may be kept are ever built: [`protobuf`] and
//! [`json`] find the spans of an encoding, [`take`] decides about each, [`span`] makes a row of it.

pub mod any_value;
pub mod json;
pub mod protobuf;
pub mod reply;
pub mod row;
mod span;
pub mod take;
