//! A failure on purpose, for the tests that show what a page keeps when the agent fails (feature `trap`).

#[cfg(feature = "trap")]
use std::cell::Cell;

/// The crossings of which a test can choose one.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum At {
    /// `configure`.
    Configure = 1,
    /// `start`.
    Start = 2,
    /// `end`.
    End = 3,
    /// `signal`, of the timer.
    Timer = 4,
    /// `signal`, of anything else.
    Flush = 5,
    /// `poll`.
    Poll = 6,
    /// `entropy`.
    Entropy = 7,
    /// `input`: before a text is written.
    Input = 8,
    /// `output`: before a text is read.
    Output = 9,
    /// `sent`, and `adopt`.
    Sent = 10,
    /// `note`.
    Note = 11,
}

#[cfg(feature = "trap")]
thread_local! {
    static CHOSEN: Cell<u32> = const { Cell::new(0) };
}

/// The next call at this crossing traps.
#[cfg(feature = "trap")]
pub fn choose(at: u32) {
    CHOSEN.with(|chosen| chosen.set(at));
}

/// Traps where a test asked for it; compiled to nothing without the feature.
#[cfg(feature = "trap")]
pub fn maybe(at: At) {
    if CHOSEN.with(Cell::get) == at as u32 {
        core::arch::wasm32::unreachable();
    }
}

/// Does nothing.
#[cfg(not(feature = "trap"))]
pub fn maybe(_at: At) {}
