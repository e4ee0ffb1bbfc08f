//! The world: pages, their storage, and an endpoint.

use std::collections::{BTreeMap, BTreeSet};

use tracebeam::door::Answer;
use tracebeam::engine::action::{Action, Way};
use tracebeam::engine::queue::{Policy, Queue, SAVE_EVERY};
use tracebeam::engine::text::Out;

/// xorshift32: small, seeded, and enough.
pub struct Chance(pub u32);

impl Chance {
    pub fn below(&mut self, limit: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % limit
    }
}

pub struct Page {
    pub name: u32,
    pub queue: Queue,
    /// Batch → when it was made, and its text.
    pub texts: BTreeMap<u32, (f64, String)>,
    pub flights: Vec<(u32, String)>,
    pub timer: f64,
}

#[derive(Default)]
pub struct World {
    pub now: f64,
    pub pages: Vec<Page>,
    pub names: u32,
    /// (page, batch) → when it was made, and its text.
    pub storage: BTreeMap<(u32, u32), (f64, String)>,
    pub events: u32,
    pub received: BTreeMap<u32, u32>,
    pub reported: u32,
    /// Counters of pages that died with them.
    pub died: u32,
    pub down: bool,
}

fn numbers(text: &str) -> impl Iterator<Item = u32> {
    text.trim_start_matches('[').split(',').map(|event| event.trim_start_matches('e').parse().unwrap())
}

impl World {
    pub fn open(&mut self) {
        self.names += 1;
        let policy = Policy { flush_time: 3000.0, max_event_count: 5, otlp: false };
        let page = Page {
            name: self.names,
            queue: Queue::new(policy),
            texts: BTreeMap::new(),
            flights: Vec::new(),
            timer: f64::INFINITY,
        };
        self.pages.push(page);
    }

    /// The endpoint takes a batch; `tail` are the drop counters that came with it.
    pub fn receive(&mut self, text: &str) {
        let (events, dropped) = text.split_once('|').unwrap();
        for number in numbers(events) {
            *self.received.entry(number).or_default() += 1;
        }
        self.reported += dropped.parse::<u32>().unwrap();
    }

    pub fn event(&mut self, at: usize, chance: &mut Chance) {
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

    pub fn pump(&mut self, at: usize, chance: &mut Chance) {
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
                        let status = if taken { Answer::Taken as u32 } else { Answer::NotTaken as u32 };
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

    pub fn adopt(&mut self, at: usize) {
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
    pub fn answer(&mut self, at: usize, chance: &mut Chance) {
        let page = self.pages.get_mut(at).unwrap();
        if page.flights.is_empty() {
            return;
        }
        let which = chance.below(page.flights.len() as u32) as usize;
        let (id, text) = page.flights.remove(which);
        let (stored, status, after) = match (self.down, chance.below(20)) {
            (true, kind) => {
                (false, [0, 503, 429].get(kind as usize % 3).copied().unwrap(), if kind == 2 { 5000.0 } else { 0.0 })
            }
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

    pub fn tick(&mut self, ms: f64, chance: &mut Chance) {
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

    pub fn bury(&mut self, at: usize, chance: &mut Chance) {
        let page = self.pages.remove(at);
        self.died += page.queue.dropped().iter().sum::<u32>();
        // What was under way may arrive all the same.
        for (_, text) in page.flights {
            if !self.down && chance.below(2) == 0 {
                self.receive(&text);
            }
        }
    }

    pub fn step(&mut self, chance: &mut Chance) {
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
                let ms = [1.0, 10.0, 500.0, 3000.0, 20_000.0].get(chance.below(5) as usize).copied().unwrap();
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

    pub fn lost(&self) -> Vec<u32> {
        let stored: BTreeSet<u32> = self.storage.values().flat_map(|(_, text)| numbers(text)).collect();
        (1..=self.events).filter(|number| !self.received.contains_key(number) && !stored.contains(number)).collect()
    }
}
