//! Tracebeam, the agent: it decides which requests of a page carry trace headers, writes these
//! headers, and turns every request into a RUM resource event on its way to an endpoint.
//!
//! Two halves, and imports that go one way:
//!
//! - [`engine`] is pure. It knows no browser and no JavaScript, reads no clock and no randomness:
//!   both are arguments, and everything that it wants done leaves it as an [`engine::action::Action`].
//!   It builds and is tested on any machine, and the native gateway uses it too.
//! - `host` (wasm only) moves numbers and text in and out of linear memory; [`door`] names the numbers. The other half of
//!   the host, which knows `fetch` and `XMLHttpRequest`, is JavaScript in `pkg-template/js`.
//!
//! ARCHITECTURE.md says why the line runs there, with the figures.

#![cfg_attr(
    not(test),
    deny(clippy::disallowed_types, clippy::disallowed_methods, clippy::disallowed_macros, clippy::use_debug)
)]

pub mod door;
pub mod engine;

#[cfg(target_arch = "wasm32")]
pub mod host;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
