//! A world of pages, a storage, and an endpoint that fails at random, driven by a seeded generator. Whatever
//! the order of events, answers, hides, crashes and reloads: an event that was accepted is delivered to a receiver that knows
//! repetitions, or counted as dropped, or still stored.
//!
//! Two things are granted, and docs/delivery.md says so: a page that crashes does so at least `SAVE_EVERY` after
//! its last event, and an endpoint that answered well is not down within the five seconds in which a
//! leaving page trusts it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a failed test is a panic")]

mod world;

use tracebeam::engine::queue::SAVE_EVERY;
use world::{Chance, World};

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
