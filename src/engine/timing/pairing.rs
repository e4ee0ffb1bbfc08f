//! Which entry belongs to which request, where several of one URL are open at a time.
//!
//! What is known: a browser notes an entry's start inside the page's call, just after we read the
//! same clock; and the headers of a fetch, or the end of an XHR, reach the page after the moment that
//! the entry names, in the order of these moments. Where neither tells two requests apart, neither gets
//! phases: no phases are better than those of another request.

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

/// Whether an entry can be of this request: called at `start`, known to the page as answered at `settled`, with this
/// `status` (0 for no answer).
#[inline(never)]
pub fn fits(entry: &Entry, start: Millis, settled: Millis, status: u32) -> bool {
    let given = entry.status();
    (0.0..=LAG).contains(&lag(entry, start))
        && is_over(entry, settled)
        // The page has a status for an answer that broke off; its entry has none.
        && (given == 0 || status == 0 || given == status)
}

/// Whether two entries may be confused and it matters: both settled in one moment, and ended apart.
pub fn twins(a: &Entry, b: &Entry) -> bool {
    near(a.moment(), b.moment()) && near(a.start(), b.start()) && !near(a.end(), b.end())
}

/// Whether `other` settled in the same moment as `entry` and began before it. A request that both fit gets `other`: with a
/// coarse clock, or bodies that end in the other order, the entries' order says nothing.
pub fn nearer(other: &Entry, entry: &Entry) -> bool {
    near(other.moment(), entry.moment()) && other.start() <= entry.start() - RESOLUTION
}

#[inline(never)]
fn near(a: Millis, b: Millis) -> bool {
    (a - b).abs() < RESOLUTION
}
