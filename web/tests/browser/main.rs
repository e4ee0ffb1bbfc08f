//! The crate in a page: its own JavaScript, Chromium's `fetch`. One page holds all tests, and so one agent.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod agent;
#[cfg(feature = "tracing")]
mod layer;
mod page;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
