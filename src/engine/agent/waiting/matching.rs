//! Gives each request its entry, where several requests with the same URL and interface wait.
//!
//! An entry that fits one request only, by its times, is given at once ([`Waiting::give_certain`]). The others fit several
//! requests. They are given in the order of time as soon as there is one for each ([`Waiting::give_in_order`]).

use super::{ENTRIES, Ended, Waiting, keep, take};
use crate::engine::clock::Millis;
use crate::engine::timing::{Entry, LAG, fits, is_over, lag, nearer, twins};

impl Ended {
    /// Whether this may be the request of an entry.
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

    /// The entry of the request that settled last may already be here.
    pub(in crate::engine::agent) fn match_last(&mut self) {
        if ENTRIES && let Some(last) = self.ended.last() {
            self.dirty |= self.entries.iter().any(|entry| last.fits(entry));
        }
    }

    /// Goes once through the entries, the last moment first. An entry that fits only one request is given to it, and that request
    /// is no candidate for the others. Returns whether any entry was given.
    #[inline(never)]
    fn give_certain(&mut self) -> bool {
        let entries = &mut self.entries;
        let mut late = self.ended.iter_mut().rev().filter(|ended| ended.entry.is_none()).peekable();
        // The requests that settled late enough for the entry at hand, the last start first. Those that fit are neighbours.
        let mut open: Vec<&mut Box<Ended>> = Vec::new();
        let mut given: Vec<&mut Box<Ended>> = Vec::new();
        for place in (0..entries.len()).rev() {
            // When an entry was given, the next one takes its place: one that fitted two requests before.
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
                    // Two entries fit one request. If one begins after the other has ended, the first is that of a preflight
                    // (older Chromium). Otherwise neither is certain.
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

    /// Gives the entries of one URL and interface to its requests, in the order of the entries' moments and the requests' ends.
    /// While there are fewer entries than requests that they fit, none is given, because the next entry may belong to any of
    /// these requests. Returns whether any entry was given.
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
            // `found` has places of entries, in the order of moments; `calls` has places of requests, in the order of ends.
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
                // Its own entry is among the last ones that were over by then, and none is older than the request.
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
            // From the back, so that removing one does not move the places still to come.
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
