//! Which entry may belong to which request, where several requests of one URL are open at a time.
//!
//! Two facts help. A browser takes an entry's start inside the page's call, just after we have read the same clock. And the headers
//! of a fetch, or the end of an XHR, reach the page after the entry's moment, in the order of these moments. If neither fact tells
//! two requests apart, neither gets phases: no phases are better than another request's.

use super::Entry;
use crate::engine::clock::Millis;

/// The coarsest clock of a browser (1 ms in Firefox and Safari). Two moments as near as this count as one.
const RESOLUTION: Millis = 1.0;
/// One tick of Chromium's clock. A rounded start may be this much before ours.
const TICK: Millis = 0.1;
/// The longest time from the page's call to the entry's start, because other scripts' wrappers may run in between.
pub const LAG: Millis = 20.0;

/// The time from the page's call at `start` to the entry's start. For the call's own entry it is between 0 and [`LAG`].
pub fn lag(entry: &Entry, start: Millis) -> Millis {
    entry.start() - start + TICK
}

/// Whether the entry's moment had passed when the page learned of a request's answer.
pub fn is_over(entry: &Entry, settled: Millis) -> bool {
    entry.moment() <= settled + RESOLUTION
}

/// Whether an entry may belong to the request that was made at `start` and settled for the page at `settled` with this `status`
/// (0 for no answer).
#[inline(never)]
pub fn fits(entry: &Entry, start: Millis, settled: Millis, status: u32) -> bool {
    let given = entry.status();
    (0.0..=LAG).contains(&lag(entry, start))
        && is_over(entry, settled)
        // If an answer broke off, the page has a status and the entry has none.
        && (given == 0 || status == 0 || given == status)
}

/// Whether confusing two entries is possible and would matter: they settled at the same moment, but ended at different ones.
pub fn twins(a: &Entry, b: &Entry) -> bool {
    near(a.moment(), b.moment()) && near(a.start(), b.start()) && !near(a.end(), b.end())
}

/// Whether `other` settled at the same moment as `entry` and began before it. If both fit a request, `entry` is not given to it:
/// with a coarse clock, or bodies that end in another order, the order of the entries tells nothing.
pub fn nearer(other: &Entry, entry: &Entry) -> bool {
    near(other.moment(), entry.moment()) && other.start() <= entry.start() - RESOLUTION
}

#[inline(never)]
fn near(a: Millis, b: Millis) -> bool {
    (a - b).abs() < RESOLUTION
}
