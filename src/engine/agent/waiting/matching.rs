//! Which entry each request gets, where several requests of one URL and interface wait at a time.
//!
//! A request whose entry can be nobody else's by time gets it at once ([`Waiting::give_certain`]). The entries that are left
//! fit several requests. They are given in the order of time as soon as there is one for each ([`Waiting::give_in_order`]).

use super::{ENTRIES, Ended, Waiting, keep, take};
use crate::engine::clock::Millis;
use crate::engine::timing::{Entry, LAG, fits, is_over, lag, nearer, twins};

impl Ended {
    /// Whether this can be the request of an entry.
    #[inline(never)]
    fn fits(&self, entry: &Entry) -> bool {
        #[cfg(test)]
        super::tests::compared();
        self.entry.is_none() && self.could_have(entry)
    }

    fn could_have(&self, entry: &Entry) -> bool {
        self.key == entry.key() && fits(entry, self.start(), self.settled, self.status)
    }

    fn start(&self) -> Millis {
        self.started.start
    }
}

impl Waiting {
    /// Gives entries to requests until none can be given.
    pub(super) fn assign(&mut self) {
        while self.give_certain() || self.give_in_order() {
            self.next = 0.0;
            self.cursor = 0;
        }
    }

    /// The request that settled last may have an entry that came before.
    pub(in crate::engine::agent) fn match_last(&mut self) {
        if ENTRIES && let Some(last) = self.ended.last() {
            self.dirty |= self.entries.iter().any(|entry| last.fits(entry));
        }
    }

    /// Goes once through the entries, the last moment first. An entry that fits one request only is given to it, and the
    /// request competes no more for the others. Whether any entry was given.
    #[inline(never)]
    fn give_certain(&mut self) -> bool {
        let entries = &mut self.entries;
        let mut late = self.ended.iter_mut().rev().filter(|ended| ended.entry.is_none()).peekable();
        // Requests that settled late enough for the entry at hand, the last start first: those that fit are neighbours.
        let mut open: Vec<&mut Box<Ended>> = Vec::new();
        let mut given: Vec<&mut Box<Ended>> = Vec::new();
        for place in (0..entries.len()).rev() {
            // After an entry was given, the next one stands at its place: one that had two requests to choose from.
            while let Some(entry) = entries.get(place) {
                while let Some(ended) = late.next_if(|ended| is_over(entry, ended.settled)) {
                    open.push(ended);
                    let mut at = open.len() - 1;
                    while let [.., before, last] = open.get(..=at).unwrap_or(&[])
                        && before.start() < last.start()
                    {
                        open.swap(at, at - 1);
                        at -= 1;
                    }
                }
                let mut at = open.partition_point(|ended| lag(entry, ended.start()) < 0.0);
                let near = open.iter().skip(at).take_while(|ended| lag(entry, ended.start()) <= LAG);
                let mut fitting = near.enumerate().filter(|(_, ended)| ended.fits(entry));
                let Some((after, _)) = fitting.next() else {
                    // Two entries for one request. If one came after the other, the first is that of a preflight (older
                    // Chromium). Otherwise both are in doubt.
                    let twice = given.iter().position(|ended| ended.could_have(entry));
                    if let Some(ended) = twice.and_then(|at| given.get_mut(at))
                        && let Some(other) = ended.entry.take()
                    {
                        if entry.end() <= other.start() {
                            ended.entry = Some(other);
                            take(entries, place);
                        } else {
                            keep(entries, other);
                        }
                    }
                    break;
                };
                if fitting.next().is_some() {
                    break;
                }
                at += after;
                let Some(ended) = take(&mut open, at) else { break };
                ended.entry = take(entries, place);
                given.push(ended);
            }
        }
        given.iter().any(|ended| ended.entry.is_some())
    }

    /// Gives the entries of one URL and interface to its requests, in the order of their moments and ends. As long as there
    /// are fewer entries than requests that they fit, none is given: the next entry may be of any of these requests.
    /// Whether any entry was given.
    #[inline(never)]
    fn give_in_order(&mut self) -> bool {
        let (ended, entries) = (&mut self.ended, &mut self.entries);
        let mut given = false;
        let mut first = 0;
        while let Some(key) = entries.get(first).map(|entry| entry.key()) {
            let earlier = entries.get(..first).unwrap_or(&[]);
            first += 1;
            if earlier.iter().any(|entry| entry.key() == key) {
                continue;
            }
            // Places: of entries in the order of moments, of requests in the order of ends.
            let mut found = Vec::new();
            for (at, entry) in entries.iter().enumerate() {
                if entry.key() == key {
                    found.push(at);
                }
            }
            let entry = |place: &usize| entries.get(*place);
            let mut calls = Vec::new();
            let mut over = 0;
            for (at, ended) in ended.iter().enumerate() {
                while found.get(over).and_then(entry).is_some_and(|entry| is_over(entry, ended.settled)) {
                    over += 1;
                }
                // Its own entry is the last one that was over, or one soon before: none is older than the request.
                let near = found.iter().take(over).rev().filter_map(entry);
                if near.take_while(|entry| entry.moment() >= ended.start() - LAG).any(|entry| ended.fits(entry)) {
                    calls.push(at);
                }
                if calls.len() > found.len() {
                    break;
                }
            }
            let call = |at: &usize| ended.get(*at);
            let mut early = 0;
            found.retain(|place| {
                let Some(entry) = entry(place) else { return false };
                while calls.get(early).and_then(call).is_some_and(|ended| !is_over(entry, ended.settled)) {
                    early += 1;
                }
                calls.iter().skip(early).filter_map(call).any(|ended| ended.fits(entry))
            });
            if calls.len() != found.len() {
                continue;
            }
            // From the back: what is taken out moves no place that is still to come.
            let mut doubtful = false;
            while let (Some(call), Some(place)) = (calls.pop(), found.pop()) {
                let (Some(ended), Some(entry)) = (ended.get_mut(call), entries.get(place)) else { break };
                let before = found.last().and_then(|place| entries.get(*place));
                let alike = before.is_some_and(|before| twins(before, entry));
                let passed = entries.iter().any(|other| nearer(other, entry) && ended.fits(other));
                if ended.fits(entry) && !alike && !doubtful && !passed {
                    ended.entry = take(entries, place);
                    given = true;
                }
                doubtful = alike;
            }
        }
        given
    }
}
