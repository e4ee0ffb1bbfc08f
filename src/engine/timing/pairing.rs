//! Which entry belongs to which request, where several of one URL are open at a time.
//!
//! What is known: a browser notes an entry's start inside the page's call, just after we read the
//! same clock; and the headers of a fetch, or the end of an XHR, reach the page after the moment that
//! the entry names, in the order of these moments. Where neither tells neighbours apart, nobody gets
//! phases: none are better than another's.

use super::Entry;
use crate::engine::clock::Millis;

/// A request that has ended and waits for its entry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// When the page called.
    pub start: Millis,
    /// When its headers (fetch) or its end (XHR) reached the page.
    pub settled: Millis,
    /// HTTP status; 0 where there was no answer.
    pub status: u32,
    /// Whether `settled` is the end of the body and not of the headers.
    pub whole: bool,
}

/// The coarsest clock of a browser (1 ms in Firefox and Safari): two moments this near are one.
const RESOLUTION: Millis = 1.0;
/// One tick of Chromium's clock: a rounded start may lie this far before ours.
const TICK: Millis = 0.1;
/// The longest from the page's call to the entry's start: other wrappers may stand between.
const LAG: Millis = 20.0;

impl Candidate {
    /// Whether this can be the request's entry at all.
    #[inline(never)]
    fn fits(&self, entry: &Entry) -> bool {
        let lag = entry.start - self.start + TICK;
        (0.0..=LAG).contains(&lag)
            && self.moment(entry) <= self.settled + RESOLUTION
            // An answer that broke off has a status for the page and none in its entry.
            && (entry.status == 0 || self.status == 0 || entry.status == self.status)
    }

    /// What the entry says of the moment `settled`; 0 where it says nothing.
    fn moment(&self, entry: &Entry) -> Millis {
        if self.whole { entry.response_end } else { entry.response_start }
    }
}

/// The pairs among candidates, in the order of their ends, and entries of one URL and interface, as
/// places in the two lists. Nothing as long as there are fewer entries than requests that they fit:
/// the next one may be anybody's.
pub fn pair(candidates: &[Candidate], entries: &[&Entry]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let Some(any) = candidates.first() else { return pairs };
    // In the order of their moments: inserted where they belong, for the lists are short.
    let mut ranked: Vec<(usize, &Entry)> = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        if candidates.iter().any(|candidate| candidate.fits(entry)) {
            let at = ranked.iter().filter(|(_, other)| any.moment(other) <= any.moment(entry)).count();
            ranked.insert(at, (place, entry));
        }
    }
    let fitting = |candidate: &Candidate| ranked.iter().any(|(_, entry)| candidate.fits(entry));
    let count = candidates.iter().filter(|candidate| fitting(candidate)).count();
    // A preflight may have an entry of its own, all before the request's (older Chromium): the last one counts.
    let is_preflight = |pair: &[(usize, &Entry)]| matches!(pair, [(_, a), (_, b)] if a.response_end <= b.start);
    let extra = if count == 1 && ranked.windows(2).all(is_preflight) { ranked.len() - 1 } else { 0 };
    if count + extra != ranked.len() {
        return pairs;
    }
    // Two that settled in one moment may be each other's; where they ended together too, that is no harm.
    let near = |a: Millis, b: Millis| a - b < RESOLUTION && b - a < RESOLUTION;
    let twins = |a: &Entry, b: Option<&(usize, &Entry)>| {
        b.is_some_and(|(_, b)| {
            near(any.moment(a), any.moment(b)) && near(a.start, b.start) && !near(a.response_end, b.response_end)
        })
    };
    let matching = candidates.iter().enumerate().filter(|(_, candidate)| fitting(candidate));
    for ((call, candidate), at) in matching.zip(extra..) {
        let Some((place, entry)) = ranked.get(at) else { break };
        let before = at.checked_sub(1).filter(|_| extra == 0).and_then(|before| ranked.get(before));
        if candidate.fits(entry) && !twins(entry, before) && !twins(entry, ranked.get(at + 1)) {
            pairs.push((call, *place));
        }
    }
    pairs
}
