//! Which entry belongs to which request, where several of one URL are open at a time.
//!
//! What is known: a browser notes an entry's start inside the page's call, just after we read the
//! same clock; and the headers of a fetch, or the end of an XHR, reach the page after the moment that
//! the entry names, in the order of these moments. Where neither tells neighbours apart, nobody gets
//! phases: none are better than another's.

use super::Entry;
use crate::engine::clock::Millis;

/// The coarsest clock of a browser (1 ms in Firefox and Safari): two moments this near are one.
const RESOLUTION: Millis = 1.0;
/// One tick of Chromium's clock: a rounded start may lie this far before ours.
const TICK: Millis = 0.1;
/// The longest from the page's call to the entry's start: other wrappers may stand between.
pub const LAG: Millis = 20.0;

/// From the page's call at `start` to the entry's start; no entry of that call is below 0 or above [`LAG`].
pub fn lag(entry: &Entry, start: Millis) -> Millis {
    entry.start() - start + TICK
}

/// Whether the moment of an entry was over when the page learned of a request.
pub fn is_over(entry: &Entry, settled: Millis) -> bool {
    entry.moment() <= settled + RESOLUTION
}

/// Whether an entry can be that of a request at all, which was called at `start`, of which the page
/// learned at `settled` and which had this `status` then; 0 for no answer.
#[inline(never)]
pub fn fits(entry: &Entry, start: Millis, settled: Millis, status: u32) -> bool {
    let given = entry.status();
    (0.0..=LAG).contains(&lag(entry, start))
        && is_over(entry, settled)
        // An answer that broke off has a status for the page and none in its entry.
        && (given == 0 || status == 0 || given == status)
}

/// Whether two entries may be each other's, and it matters: they settled in one moment and ended apart.
pub fn twins(a: &Entry, b: &Entry) -> bool {
    near(a.moment(), b.moment()) && near(a.start(), b.start()) && !near(a.end(), b.end())
}

/// Whether `other` settled in the same moment as `entry` and began before it: a request that both fit is its own,
/// and in which of their places it stands says nothing (a coarse clock, bodies that end the other way round).
pub fn nearer(other: &Entry, entry: &Entry) -> bool {
    near(other.moment(), entry.moment()) && other.start() <= entry.start() - RESOLUTION
}

#[inline(never)]
fn near(a: Millis, b: Millis) -> bool {
    (a - b).abs() < RESOLUTION
}
