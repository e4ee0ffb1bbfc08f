//! How many events were lost, and why. Nothing is dropped without being counted here.

use crate::both;

/// Why events were dropped, each as a bundle and as a span's scope names it.
pub static REASONS: [&str; 4] = [
    both!("overflow", "rum.dropped.overflow"),
    both!("expired", "rum.dropped.expired"),
    both!("refused", "rum.dropped.refused"),
    both!("rejected", "rum.dropped.rejected"),
];

/// No room. Numbers here and below are indices of [`REASONS`].
pub const OVERFLOW: usize = 0;
/// Too old.
pub const EXPIRED: usize = 1;
/// The endpoint refused it for good.
pub const REFUSED: usize = 2;
/// The endpoint took the batch and discarded the event.
pub const REJECTED: usize = 3;

/// Numbers of dropped events, in the order of [`REASONS`].
pub type Dropped = [u32; REASONS.len()];

/// Adds `more` to `total`.
pub fn add(total: &mut Dropped, more: Dropped) {
    for (total, more) in total.iter_mut().zip(more) {
        *total += more;
    }
}
