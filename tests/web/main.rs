//! The door as JavaScript sees it, inside a real browser's WebAssembly: text written into linear
//! memory from outside, calls, text read back. Run by wasm-bindgen-test in headless Chromium.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod door;
mod headers;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
