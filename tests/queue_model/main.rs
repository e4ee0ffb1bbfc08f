//! A world of pages, a storage, and an endpoint that fails at random, driven by a seeded generator. Whatever the order of
//! events, answers, hides, crashes and reloads: each event is delivered, or still stored, or dropped; and the queue has
//! counted exactly the events that it dropped.
//!
//! Two things are granted, and docs/delivery.md says so: a page that crashes does so at least `SAVE_EVERY` after its last
//! event, and an outage that no leaving page has noticed lasts until another page notices it.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a failed test is a panic")]

mod chance;
mod page;
mod world;

use chance::Chance;
use page::Page;
use tracebeam::engine::queue::SAVE_EVERY;
use world::World;

#[test]
fn events_are_delivered_or_still_stored_or_counted_as_dropped() {
    for seed in 1..=200 {
        let mut chance = Chance(seed * 1_000_003);
        let mut world = World { heavy: seed % 20 == 0, ..World::default() };
        for _ in 0..600 {
            world.step(&mut chance);
        }
        // All unsaved ones come into storage.
        world.tick(SAVE_EVERY, &mut chance);
        check(&world, seed);

        // The endpoint is well again: a new page, and everything comes in.
        for round in 0..3000 {
            if round % 500 == 0 {
                world.open();
                world.pump(world.pages.len() - 1, &mut chance);
            }
            if world.down {
                // Whoever has nothing to send meets no failure.
                world.event(world.pages.len() - 1, &mut chance);
                world.recover();
            }
            let at = chance.below(world.pages.len() as u32) as usize;
            world.tick(500.0, &mut chance);
            world.answer(at, &mut chance);
        }
        assert!(!world.down, "seed {seed}: the outage is noticed in the end");
        assert_eq!(world.overdue(), 0, "seed {seed}: records left");
        check(&world, seed);
    }
}

/// No event is missing without having been dropped, and what the queues have counted is what they dropped.
fn check(world: &World, seed: u32) {
    assert_eq!(world.lost(), [0; 0], "seed {seed}: lost");
    let waiting: u32 = world.pages.iter().map(Page::counters).sum();
    assert_eq!(waiting + world.told + world.died, world.drops, "seed {seed}: counted");
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
                world.hear(0, id, if fails { 503 } else { 200 }, 0.0, 0.5);
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
                world.hear(0, id, 200, 0.0, 0.5);
                world.receive(&text);
                world.pump(0, &mut chance);
            }
        }
        assert_eq!(world.received.len(), 400, "seed {seed}");
        assert!(world.received.values().all(|times| *times == 1), "seed {seed}");
        assert!(world.storage.is_empty());
    }
}
