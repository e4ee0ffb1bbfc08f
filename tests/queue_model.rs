//! A world of pages, a storage, and an endpoint that fails at random, driven by a seeded generator. Whatever
//! the order of events, answers, hides, crashes and reloads: an event that was accepted is delivered to a receiver that knows
//! repetitions, or counted as dropped, or still stored.
//!
//! Two things are granted, and docs/delivery.md says so: a page that crashes does so at least `SAVE_EVERY` after
//! its last event, and an endpoint that answered well is not down within the five seconds in which a
//! leaving page trusts it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a failed test is a panic")]

use std::collections::{BTreeMap, BTreeSet};

use tracebeam::engine::action::{Action, Way};
use tracebeam::engine::queue::{Limits, Queue, SAVE_EVERY, answer};
use tracebeam::engine::text::Out;

/// xorshift32: small, seeded, and enough.
struct Chance(u32);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % limit
    }
}

struct Page {
    name: u32,
    queue: Queue,
    /// Batch → when it was made, and its text.
    texts: BTreeMap<u32, (f64, String)>,
    flights: Vec<(u32, String)>,
    timer: f64,
}

#[derive(Default)]
struct World {
    now: f64,
    pages: Vec<Page>,
    names: u32,
    /// (page, batch) → when it was made, and its text.
    storage: BTreeMap<(u32, u32), (f64, String)>,
    events: u32,
    received: BTreeMap<u32, u32>,
    reported: u32,
    /// Counters of pages that died with them.
    died: u32,
    down: bool,
}

fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.trim_start_matches('[').split(',').map(|event| event.trim_start_matches('e').parse().unwrap())
}

impl World {
    fn open(&mut self) {
        self.names += 1;
        let limits = Limits { flush_time: 3000.0, max_event_count: 5, otlp: false };
        let page = Page {
            name: self.names,
            queue: Queue::new(limits),
            texts: BTreeMap::new(),
            flights: Vec::new(),
            timer: f64::INFINITY,
        };
        self.pages.push(page);
    }

    /// The endpoint takes a batch; `tail` are the drop counters that came with it.
    fn receive(&mut self, text: &str) {
        let (events, dropped) = text.split_once('|').unwrap();
        for number in numbers(events) {
            *self.received.entry(number).or_default() += 1;
        }
        self.reported += dropped.parse::<u32>().unwrap();
    }

    fn event(&mut self, at: usize, chance: &mut Chance) {
        self.events += 1;
        // Leading zeros make some events as large as the largest URLs.
        let padding = if chance.below(50) == 0 { 20_000 } else { 10 };
        let mut event = Out::new();
        event.str("e");
        event.str(&format!("{:0padding$}", self.events));
        let now = self.now;
        if let Some(page) = self.pages.get_mut(at) {
            page.queue.push(&event, now, |head| head.str("["));
        }
        self.pump(at, chance);
    }

    fn pump(&mut self, at: usize, chance: &mut Chance) {
        let now = self.now;
        loop {
            let Some(page) = self.pages.get_mut(at) else { return };
            let mut out = Out::new();
            let Some(action) = page.queue.poll(now, &mut out) else { return };
            match action {
                Action::Store(id) => {
                    let text = page.texts.entry(id).or_insert((now, String::new()));
                    text.1.push_str(out.as_str());
                    self.storage.insert((page.name, id), text.clone());
                }
                Action::Forget(id) => {
                    page.texts.remove(&id);
                    self.storage.remove(&(page.name, id));
                }
                Action::Send(id, way) => {
                    let dropped: u32 = page.queue.report(id).iter().sum();
                    let text = format!("{}|{dropped}", page.texts.get(&id).unwrap().1);
                    assert!(text.len() < 60_000 || way == Way::Normal, "the exit's quota");
                    if way == Way::Exit {
                        let taken = chance.below(4) > 0;
                        let fraction = f64::from(chance.below(100)) / 100.0;
                        let status = if taken { answer::TAKEN } else { answer::NOT_TAKEN };
                        page.queue.handle_sent(id, status, 0.0, 0, now, fraction);
                        if taken && !self.down {
                            self.receive(&text);
                        }
                    } else {
                        page.flights.push((id, text));
                    }
                }
                Action::Adopt => self.adopt(at),
                Action::Arm(ms) => page.timer = now + f64::from(ms),
                Action::Warn | Action::Debug => {}
            }
        }
    }

    fn adopt(&mut self, at: usize) {
        let living: BTreeSet<u32> = self.pages.iter().map(|page| page.name).collect();
        let dead: Vec<_> = self.storage.keys().filter(|(page, _)| !living.contains(page)).copied().collect();
        for key in dead {
            let (created, text) = self.storage.get(&key).unwrap().clone();
            let page = self.pages.get_mut(at).unwrap();
            let id = page.queue.adopt(text.len(), numbers(&text).count() as u32, self.now - created);
            if id > 0 {
                self.storage.remove(&key);
                self.storage.insert((page.name, id), (created, text.clone()));
                page.texts.insert(id, (created, text));
            }
        }
    }

    /// A random flight of the page is answered.
    fn answer(&mut self, at: usize, chance: &mut Chance) {
        let page = self.pages.get_mut(at).unwrap();
        if page.flights.is_empty() {
            return;
        }
        let which = chance.below(page.flights.len() as u32) as usize;
        let (id, text) = page.flights.remove(which);
        let (stored, status, after) = match (self.down, chance.below(20)) {
            (true, kind) => (false, [0, 503, 429][kind as usize % 3], if kind == 2 { 5000.0 } else { 0.0 }),
            (false, 0) => (true, 0, 0.0),
            (false, 1) => (false, 500, 0.0),
            (false, 2) => (false, 400, 0.0),
            (false, 3) => (false, 429, 2000.0),
            (false, _) => (true, 200, 0.0),
        };
        let fraction = f64::from(chance.below(100)) / 100.0;
        page.queue.handle_sent(id, status, after, 0, self.now, fraction);
        if stored {
            self.receive(&text);
        }
        self.pump(at, chance);
    }

    fn tick(&mut self, ms: f64, chance: &mut Chance) {
        self.now += ms;
        for at in 0..self.pages.len() {
            let page = self.pages.get_mut(at).unwrap();
            if page.timer <= self.now {
                page.timer = f64::INFINITY;
                page.queue.handle_timer();
                self.pump(at, chance);
            }
        }
    }

    fn bury(&mut self, at: usize, chance: &mut Chance) {
        let page = self.pages.remove(at);
        self.died += page.queue.dropped().iter().sum::<u32>();
        // What was under way may arrive all the same.
        for (_, text) in page.flights {
            if !self.down && chance.below(2) == 0 {
                self.receive(&text);
            }
        }
    }

    fn step(&mut self, chance: &mut Chance) {
        if self.pages.is_empty() {
            self.open();
        }
        let at = chance.below(self.pages.len() as u32) as usize;
        let now = self.now;
        let few = self.pages.len() < 3;
        let page = self.pages.get_mut(at).unwrap();
        match chance.below(100) {
            0..40 => self.event(at, chance),
            40..60 => self.answer(at, chance),
            60..80 => {
                let ms = [1.0, 10.0, 500.0, 3000.0, 20_000.0][chance.below(5) as usize];
                self.tick(ms, chance);
            }
            80..84 => {
                page.queue.handle_hide(false, now);
                self.pump(at, chance);
                let page = self.pages.get_mut(at).unwrap();
                page.queue.handle_show();
                self.pump(at, chance);
            }
            84..88 => {
                page.queue.handle_hide(true, now);
                self.pump(at, chance);
                if chance.below(3) == 0 {
                    let page = self.pages.get_mut(at).unwrap();
                    page.queue.handle_show();
                    self.pump(at, chance);
                } else {
                    self.bury(at, chance);
                }
            }
            88..91 => {
                self.tick(SAVE_EVERY, chance);
                self.bury(at, chance);
            }
            91..94 if few => self.open(),
            94..96 => {
                page.queue.handle_online();
                self.pump(at, chance);
            }
            96..98 => {
                page.queue.flush();
                self.pump(at, chance);
            }
            _ => {
                // Longer than an answer is trusted.
                self.tick(if self.down { 0.0 } else { 5001.0 }, chance);
                self.down = !self.down;
            }
        }
    }

    fn lost(&self) -> Vec<u32> {
        let stored: BTreeSet<u32> = self.storage.values().flat_map(|(_, text)| numbers(text)).collect();
        (1..=self.events).filter(|number| !self.received.contains_key(number) && !stored.contains(number)).collect()
    }
}

#[test]
fn accepted_events_are_delivered_or_counted_or_still_stored() {
    for seed in 1..=200 {
        let mut chance = Chance(seed * 1_000_003);
        let mut world = World::default();
        for _ in 0..600 {
            world.step(&mut chance);
        }
        // All unsaved ones come into storage; then the counters must explain what is not there.
        world.tick(SAVE_EVERY, &mut chance);
        let counted = |world: &World| {
            let waiting: u32 = world.pages.iter().flat_map(|page| page.queue.dropped()).sum();
            waiting + world.reported + world.died
        };
        let lost = world.lost().len() as u32;
        assert!(lost <= counted(&world), "seed {seed}: {lost} lost, {} counted", counted(&world));

        // The endpoint is well again: a new page, and everything comes in.
        world.down = false;
        world.open();
        world.pump(world.pages.len() - 1, &mut chance);
        for _ in 0..3000 {
            let at = chance.below(world.pages.len() as u32) as usize;
            world.tick(500.0, &mut chance);
            world.answer(at, &mut chance);
        }
        assert!(world.storage.is_empty(), "seed {seed}: {} records left", world.storage.len());
        let lost = world.lost().len() as u32;
        assert!(lost <= counted(&world), "seed {seed}: {lost} lost, {} counted", counted(&world));
    }
}

/// Without answers that lie (stored, but not acknowledged) and without refusals, nothing at all may be missing or repeated.
#[test]
fn an_honest_endpoint_gets_every_event_once() {
    for seed in 1..=100 {
        let mut chance = Chance(seed * 7919);
        let mut world = World::default();
        world.open();
        for round in 0..400 {
            world.event(0, &mut chance);
            world.tick(f64::from(chance.below(50)), &mut chance);
            let page = world.pages.get_mut(0).unwrap();
            if let Some((id, text)) = page.flights.pop() {
                let fails = round % 7 == 0;
                let now = world.now;
                page.queue.handle_sent(id, if fails { 503 } else { 200 }, 0.0, 0, now, 0.5);
                if !fails {
                    world.receive(&text);
                }
                world.pump(0, &mut chance);
            }
        }
        for _ in 0..400 {
            world.tick(500.0, &mut chance);
            let page = world.pages.get_mut(0).unwrap();
            if let Some((id, text)) = page.flights.pop() {
                let now = world.now;
                page.queue.handle_sent(id, 200, 0.0, 0, now, 0.5);
                world.receive(&text);
                world.pump(0, &mut chance);
            }
        }
        assert_eq!(world.received.len(), 400, "seed {seed}");
        assert!(world.received.values().all(|times| *times == 1), "seed {seed}");
        assert!(world.storage.is_empty());
    }
}
