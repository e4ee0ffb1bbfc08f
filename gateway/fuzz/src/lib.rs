//! What the fuzz targets check. `tests/fuzz.rs` of the gateway runs the same checks on the committed seeds.

pub mod targets;
