//! Events as bytes. Written by hand: a generic serializer costs more than the whole engine (ARCHITECTURE.md).

pub mod otlp;
pub mod rum;
mod writer;

pub use writer::Writer;
