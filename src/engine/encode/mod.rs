//! Events as bytes. Written by hand: a generic serializer costs more than the whole engine (ARCHITECTURE.md).

mod json;
pub mod otlp;
pub mod rum;
