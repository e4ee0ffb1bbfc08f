//! OTLP traces: what comes in, what goes out, and the row between.

pub mod any_value;
pub mod decode;
pub mod encode;
pub mod json;
pub mod reply;
pub mod row;
