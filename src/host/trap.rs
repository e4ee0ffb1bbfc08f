//! A failure on purpose, for the tests that show what a page keeps when the agent fails (feature `trap`).

/// Traps where the URL asks for it; compiled to nothing without the feature.
#[cfg(feature = "trap")]
pub fn maybe(href: &str) {
    if href.contains("tracebeam-trap") {
        core::arch::wasm32::unreachable();
    }
}

/// Does nothing.
#[cfg(not(feature = "trap"))]
pub fn maybe(_href: &str) {}
