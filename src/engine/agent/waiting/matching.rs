//! Which entry each request gets, where several requests of one URL and interface wait at a time.

use super::{Ended, Waiting, take};
use crate::engine::timing::{Entry, fits, nearer, twins};

impl Ended {
    /// Whether this can be the request of an entry.
    #[inline(never)]
    fn fits(&self, entry: &Entry) -> bool {
        self.entry.is_none() && self.key == entry.key() && fits(entry, self.started.start, self.settled, self.status)
    }
}

impl Waiting {
    /// Assigns the entries of one URL and interface to the ended requests of that URL and interface, of which the one at
    /// `alike` is one. As long as there are fewer entries than requests that they fit, none is assigned: the next
    /// entry may be of any of these requests.
    #[inline(never)]
    pub(super) fn match_entries(&mut self, alike: usize) {
        let (ended, entries) = (&mut self.ended, &mut self.entries);
        let Some(key) = ended.get(alike).map(|one| one.key) else { return };
        // Places: of entries in the order of moments, of requests in the order of ends.
        let mut found = Vec::new();
        for (at, entry) in entries.iter().enumerate() {
            if entry.key() == key {
                found.push(at);
            }
        }
        let entry = |place: &usize| entries.get(*place);
        let mut calls = Vec::new();
        for (at, ended) in ended.iter().enumerate() {
            if ended.key == key && found.iter().filter_map(entry).any(|entry| ended.fits(entry)) {
                calls.push(at);
            }
            // Most calls of this function within a burst end here: this keeps a thousand requests from taking seconds.
            if calls.len() > found.len() {
                return;
            }
        }
        // From the back: the request that ended last fits most often.
        let call = |at: &usize| ended.get(*at);
        found.retain(|place| {
            entry(place).is_some_and(|entry| calls.iter().rev().filter_map(call).any(|ended| ended.fits(entry)))
        });
        // A preflight may have an entry of its own before the request's (older Chromium): the last entry is the request's.
        let before = |pair: &[usize]| match pair {
            [a, b] => entry(a).zip(entry(b)).is_some_and(|(a, b)| a.end() <= b.start()),
            _ => false,
        };
        if calls.len() == 1 && found.windows(2).all(before) {
            found = found.pop().into_iter().collect();
        }
        if calls.len() != found.len() {
            return;
        }
        // From the back: what is taken out moves no place that is still to come.
        let mut doubtful = false;
        while let (Some(call), Some(place)) = (calls.pop(), found.pop()) {
            let (Some(ended), Some(entry)) = (ended.get_mut(call), entries.get(place)) else { return };
            let before = found.last().and_then(|place| entries.get(*place));
            let alike = before.is_some_and(|before| twins(before, entry));
            let passed = entries.iter().any(|other| nearer(other, entry) && ended.fits(other));
            if ended.fits(entry) && !alike && !doubtful && !passed {
                ended.entry = take(entries, place);
            }
            doubtful = alike;
        }
    }
}
