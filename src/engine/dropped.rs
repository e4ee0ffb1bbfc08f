//! How many events were lost, and why. Nothing is dropped without being counted here.

/// Why events were dropped: the names under which spans report them. A RUM bundle leaves the part up to [`REASON`] out.
pub const REASONS: [&str; 4] =
    ["rum.dropped.overflow", "rum.dropped.expired", "rum.dropped.refused", "rum.dropped.rejected"];
/// Where the reason itself begins in a name of [`REASONS`].
pub const REASON: usize = 12;

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
