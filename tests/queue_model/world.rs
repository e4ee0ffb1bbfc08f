//! The world: pages, their storage, and an endpoint.

use std::collections::{BTreeMap, BTreeSet};

use tracebeam::door::Answer;
use tracebeam::engine::action::{Action, Way};
use tracebeam::engine::queue::{MAX_EVENT, SAVE_EVERY};
use tracebeam::engine::text::Out;

use super::chance::Chance;
use super::page::{Page, is_marked, numbers};

#[derive(Default)]
pub struct World {
    pub now: f64,
    pub pages: Vec<Page>,
    pub names: u32,
    /// (page, batch) → when it was made, and its text.
    pub storage: BTreeMap<(u32, u32), (f64, String)>,
    pub events: u32,
    pub received: BTreeMap<u32, u32>,
    /// Events that a queue has dropped, and how many.
    pub dropped: BTreeSet<u32>,
    pub drops: u32,
    /// Counters of drops that a page takes for reported.
    pub told: u32,
    /// Counters of drops that pages had when they died.
    pub died: u32,
    pub down: bool,
    /// Some events are so large that the queue overflows during an outage.
    pub heavy: bool,
}

impl World {
    pub fn open(&mut self) {
        self.names += 1;
        self.pages.push(Page::new(self.names));
    }

    /// The endpoint takes a batch. Behind the bar stand the drop counters that came with it.
    pub fn receive(&mut self, text: &str) {
        for number in numbers(text.split_once('|').unwrap().0) {
            *self.received.entry(number).or_default() += 1;
        }
    }

    fn drop_events(&mut self, text: &str) {
        let before = self.drops;
        for number in numbers(text) {
            self.dropped.insert(number);
            self.drops += 1;
        }
        assert!(self.drops > before);
    }

    /// The endpoint is well again, unless an outage would pass unnoticed: a page took its beacon for delivered, the
    /// beacon was lost, and no page has met a failure since.
    pub fn recover(&mut self) {
        let unnoticed = self.storage.iter().any(|((name, id), (_, text))| {
            let page = self.pages.iter().find(|page| page.name == *name);
            is_marked(text)
                && page.is_none_or(|page| page.probation.contains(id))
                && numbers(text).any(|number| !self.received.contains_key(&number))
        });
        self.down &= unnoticed;
    }

    /// A page hears what became of a batch that it sent as `text`.
    pub fn hear(&mut self, at: usize, id: u32, status: u32, after: f64, fraction: f64) {
        let page = self.pages.get_mut(at).unwrap();
        let before = page.counters();
        page.queue.handle_sent(id, status, after, 0, self.now, fraction);
        if !page.texts.contains_key(&id) {
            // A second answer, after the one that ended the batch, says nothing.
            return;
        }
        match status {
            200 => {
                page.failing = false;
                page.delivered.insert(id);
                page.delivered.append(&mut page.probation);
                self.told += before - page.counters();
            }
            400 => {}
            _ => {
                page.failing = true;
                page.probation.clear();
            }
        }
    }

    pub fn event(&mut self, at: usize, chance: &mut Chance) {
        self.events += 1;
        // Leading zeros make some events as large as the largest URLs.
        let padding = match chance.below(50) {
            0 if self.heavy => MAX_EVENT,
            0 => 20_000,
            1..20 if self.heavy => 40_000,
            _ => 10,
        };
        let mut event = Out::new();
        event.str("e");
        event.str(&format!("{:0padding$}", self.events));
        let now = self.now;
        if event.len() > MAX_EVENT {
            self.drop_events(event.as_str());
        }
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
                    if is_marked(&text.1) {
                        page.probation.insert(id);
                    }
                    self.storage.insert((page.name, id), text.clone());
                }
                Action::Forget(id) => {
                    let (_, text) = page.texts.remove(&id).unwrap();
                    let delivered = page.delivered.remove(&id) || page.probation.remove(&id);
                    self.storage.remove(&(page.name, id));
                    if !delivered {
                        self.drop_events(&text);
                    }
                }
                Action::Send(id, way) => {
                    let dropped: u32 = page.queue.report(id).iter().sum();
                    let text = format!("{}|{dropped}", page.texts.get(&id).unwrap().1);
                    assert!(text.len() < 60_000 || way == Way::Normal, "the exit's quota");
                    if way == Way::Exit {
                        let taken = chance.below(4) > 0;
                        let fraction = f64::from(chance.below(100)) / 100.0;
                        let status = if taken { Answer::Taken as u32 } else { Answer::NotTaken as u32 };
                        let before = page.counters();
                        page.queue.handle_sent(id, status, 0.0, 0, now, fraction);
                        self.told += before - page.counters();
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
            let count = numbers(&text).count() as u32;
            let id = page.queue.adopt(text.len(), count, self.now - created, is_marked(&text));
            if id > 0 {
                if is_marked(&text) && !page.failing {
                    page.probation.insert(id);
                }
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
        self.hear(at, id, status, after, fraction);
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
        self.died += page.counters();
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
            _ if self.down => self.recover(),
            _ => self.down = true,
        }
    }

    /// Events that the endpoint has not, that no page will send, and that were not dropped.
    pub fn lost(&self) -> Vec<u32> {
        let stored: BTreeSet<u32> = self.storage.values().flat_map(|(_, text)| numbers(text)).collect();
        let found = |number: &u32| {
            self.received.contains_key(number) || stored.contains(number) || self.dropped.contains(number)
        };
        (1..=self.events).filter(|number| !found(number)).collect()
    }

    /// Records that ought to have been sent by now: all but those on probation that the endpoint has.
    pub fn overdue(&self) -> usize {
        let done = |text: &str| is_marked(text) && numbers(text).all(|number| self.received.contains_key(&number));
        self.storage.values().filter(|(_, text)| !done(text)).count()
    }
}
