//! What waits, and until when, without an agent.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::cell::Cell;
use std::rc::Rc;

use super::super::End;
use super::{BODY, ENTRY, MAX_FAILED, MAX_WAITING, Waiting};
use crate::engine::event::{Kind, Outcome};
use crate::engine::inflight::Started;
use crate::engine::propagation::Carrier;
use crate::engine::timing::Entry;

thread_local! {
    static COMPARISONS: Cell<u32> = const { Cell::new(0) };
}

/// A request was compared with an entry.
pub(super) fn compared() {
    COMPARISONS.set(COMPARISONS.get() + 1);
}

const URL: &str = "https://shop.example/api";

fn started(id: u32, href: &str, start: f64) -> Box<Started> {
    Box::new(Started {
        id,
        kind: Kind::Fetch,
        start,
        timestamp: start,
        href: href.to_owned(),
        method: String::new(),
        hint: None,
        context: None,
        headers: Carrier::new(),
        scene: Rc::default(),
        name: String::new(),
        redirected: String::new(),
        held: false,
        frozen: false,
    })
}

/// The entry of a fetch: asked at `start`, answered at `moment`, its body at its end a millisecond later.
fn entry(href: &str, start: f64, moment: f64) -> Box<Entry> {
    let numbers = format!("{start}{}{moment}\0{}\0\0\0\0200", "\0".repeat(10), moment + 1.0);
    Box::new(Entry::read(&[&numbers, href, "fetch", ""].join("\0")))
}

/// A request from `start` to `now` that waits for its entry.
fn settle(waiting: &mut Waiting, id: u32, href: &str, start: f64, now: f64) {
    waiting.settle(started(id, href, start), &End { status: 200, failure: None, message: "", now }, now + ENTRY);
}

/// The numbers of all that is due, each with the end that its entry names.
fn due(waiting: &mut Waiting, now: f64) -> Vec<(u32, f64)> {
    std::iter::from_fn(|| waiting.due(now))
        .map(|ended| (ended.started.id, ended.entry.as_ref().map_or(0.0, |entry| entry.end())))
        .collect()
}

#[test]
fn a_request_waits_for_its_entry_or_for_its_deadline() {
    let mut waiting = Waiting::default();
    settle(&mut waiting, 1, URL, 10.0, 50.0);
    settle(&mut waiting, 2, "https://shop.example/other", 10.0, 50.0);
    assert_eq!(due(&mut waiting, 50.0), []);
    waiting.offer(entry(URL, 10.0, 49.0), |_| false);
    assert_eq!(due(&mut waiting, 51.0), [(1, 50.0)]);
    assert_eq!(due(&mut waiting, 50.0 + ENTRY - 1.0), []);
    assert_eq!(due(&mut waiting, 50.0 + ENTRY), [(2, 0.0)]);
    assert!(waiting.is_empty());
}

#[test]
fn infinity_lets_nothing_wait_and_is_no_moment() {
    let mut waiting = Waiting::default();
    settle(&mut waiting, 1, URL, 10.0, 50.0);
    assert_eq!(due(&mut waiting, 60.0), []);
    assert_eq!(due(&mut waiting, f64::INFINITY), [(1, 0.0)]);
    assert_eq!(waiting.now, 60.0);
}

#[test]
fn an_entry_that_comes_first_waits_for_its_request_and_only_where_one_is_expected() {
    let mut waiting = Waiting::default();
    waiting.offer(entry(URL, 10.0, 49.0), |_| true);
    waiting.offer(entry("https://shop.example/unseen", 10.0, 49.0), |_| false);
    settle(&mut waiting, 1, URL, 10.0, 50.0);
    waiting.match_last();
    settle(&mut waiting, 2, "https://shop.example/unseen", 10.0, 50.0);
    waiting.match_last();
    assert_eq!(due(&mut waiting, 51.0), [(1, 50.0)], "nobody kept the other entry");
}

#[test]
fn one_entry_for_two_requests_is_given_to_neither_until_one_of_them_has_left() {
    let mut waiting = Waiting::default();
    settle(&mut waiting, 1, URL, 10.0, 50.0);
    settle(&mut waiting, 2, URL, 11.0, 60.0);
    waiting.offer(entry(URL, 11.0, 50.0), |_| false);
    assert_eq!(due(&mut waiting, 61.0), []);
    assert_eq!(due(&mut waiting, 50.0 + ENTRY), [(1, 0.0), (2, 51.0)]);
}

#[test]
fn what_is_held_waits_also_with_its_entry() {
    let mut waiting = Waiting::default();
    settle(&mut waiting, 1, URL, 10.0, 50.0);
    waiting.get(1).unwrap().started.held = true;
    waiting.offer(entry(URL, 10.0, 49.0), |_| false);
    waiting.give_up(1);
    assert_eq!(due(&mut waiting, 51.0), []);
    waiting.get(1).unwrap().started.held = false;
    assert_eq!(due(&mut waiting, 51.0), [(1, 50.0)]);
}

#[test]
fn a_body_that_nobody_reads_is_not_waited_for() {
    let mut waiting = Waiting::default();
    settle(&mut waiting, 1, URL, 10.0, 50.0);
    waiting.give_up(1);
    assert_eq!(due(&mut waiting, 50.0), [(1, 0.0)]);
}

#[test]
fn an_entry_without_a_request_is_dropped_in_time() {
    let mut waiting = Waiting::default();
    waiting.offer(entry(URL, 10.0, 49.0), |_| true);
    due(&mut waiting, 50.0 + BODY);
    assert_eq!(waiting.entries.len(), 1);
    due(&mut waiting, 51.0 + BODY);
    assert_eq!(waiting.entries.len(), 0);
}

#[test]
fn everything_that_waits_is_bounded() {
    let mut waiting = Waiting::default();
    for id in 0..=MAX_WAITING as u32 {
        assert!(waiting.overflow().is_none());
        settle(&mut waiting, id, &format!("{URL}/{id}"), 10.0, 50.0);
        waiting.offer(entry(&format!("{URL}/of/{id}"), 10.0, f64::from(id)), |_| true);
    }
    assert_eq!(waiting.overflow().map(|ended| ended.started.id), Some(0), "the oldest");
    assert_eq!(waiting.entries.len(), MAX_WAITING);
    assert_eq!(waiting.entries[0].moment(), 1.0, "the first moment made room");
    for number in 0..=MAX_FAILED {
        assert!(!waiting.fail(&format!("{URL}/{number}.png")));
    }
    assert_eq!(waiting.failed.len(), MAX_FAILED);
}

#[test]
fn an_element_that_failed_tells_about_one_entry_before_or_after() {
    let mut waiting = Waiting::default();
    assert!(!waiting.fail(URL), "its entry comes yet");
    assert!(waiting.take_failure(URL));
    assert!(!waiting.take_failure(URL), "the next entry is of another element");
    settle(&mut waiting, 0, URL, 10.0, 50.0);
    waiting.get(0).unwrap().started.held = true;
    assert!(waiting.fail(URL), "its entry came before");
    assert_eq!(waiting.due(50.0).and_then(|ended| ended.outcome), Some(Outcome::NetworkError));
}

#[test]
fn what_a_host_has_measured_is_of_the_request_that_ends_next() {
    let mut waiting = Waiting::default();
    waiting.measure(1, *entry(URL, 10.0, 49.0));
    assert_eq!(waiting.measured(2), None);
    assert_eq!(waiting.measured(1), None, "another request ended before");
    waiting.measure(1, *entry(URL, 10.0, 49.0));
    assert_eq!(waiting.measured(1).map(|entry| entry.end()), Some(50.0));
}

/// A request is called at `start` and answered after a while; many overtake one another.
fn stream(count: u32) -> Vec<(u32, f64, f64)> {
    let mut chance = 7_u32;
    (0..count)
        .map(|id| {
            chance = chance.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            let start = 1000.0 * f64::from(id) / f64::from(count);
            (id, start, start + 20.0 + f64::from((chance >> 16) % 400) / 10.0)
        })
        .collect()
}

/// Plays a stream of requests to one URL within a second, of which each hundredth gets no entry; the browser hands over its
/// entries every 50 ms. Returns the comparisons for each request, and how many got an entry, which is always its own.
fn play(count: u32, lost: u32) -> (u32, u32) {
    let mut waiting = Waiting::default();
    let mut requests = stream(count);
    requests.sort_by(|a, b| a.2.total_cmp(&b.2));
    let mut entries = Vec::new();
    let mut matched = 0;
    COMPARISONS.set(0);
    let mut leave = |waiting: &mut Waiting, now: f64| {
        while let Some(ended) = waiting.due(now) {
            if let Some(entry) = &ended.entry {
                assert!((entry.start() - ended.started.start).abs() < 1.0, "its own, or one of the same moment");
                matched += 1;
            }
        }
    };
    let mut handed = 0.0;
    for (id, start, moment) in requests {
        if moment > handed + 50.0 {
            handed = moment;
            for entry in entries.drain(..) {
                waiting.offer(entry, |_| false);
            }
            leave(&mut waiting, moment);
        }
        let end = End { status: 200, failure: None, message: "", now: moment + 0.2 };
        waiting.settle(started(id, URL, start), &end, moment + BODY);
        waiting.match_last();
        leave(&mut waiting, moment + 0.2);
        if lost == 0 || id % lost > 0 {
            entries.push(entry(URL, start, moment));
        }
    }
    (COMPARISONS.get() / count, matched)
}

/// A thousand comparisons were usual where two thousand requests of one URL waited, for each was compared with all.
#[test]
fn matching_costs_a_request_the_same_few_comparisons_among_two_hundred_and_two_thousand() {
    for (count, lost, comparisons, given) in [(200, 0, 8, 180), (2000, 0, 8, 1900), (200, 100, 8, 180)] {
        let (compared, matched) = play(count, lost);
        assert!(compared <= comparisons, "{count}, {lost}: {compared} comparisons");
        assert!(matched >= given, "{count}, {lost}: {matched} matched");
    }
    let (compared, matched) = play(2000, 100);
    assert!(compared <= 250, "{compared} comparisons while twenty lost entries keep their neighbours in doubt");
    assert!(matched >= 1600, "{matched}");
}

#[test]
fn two_overlapping_entries_for_one_request_wait_for_the_other() {
    let mut waiting = Waiting::default();
    settle(&mut waiting, 1, URL, 10.0, 60.0);
    waiting.offer(entry(URL, 10.0, 59.0), |_| true);
    waiting.offer(entry(URL, 10.0, 59.2), |_| true);
    assert_eq!(due(&mut waiting, 61.0), [], "one of them is of a request that has not ended");
    settle(&mut waiting, 2, URL, 10.0, 60.3);
    waiting.match_last();
    assert_eq!(due(&mut waiting, 62.0), [(1, 60.0), (2, 60.2)]);
}

#[test]
fn an_entry_that_waits_for_its_request_is_no_preflight_of_another_url() {
    let other = "https://shop.example/other";
    let mut waiting = Waiting::default();
    settle(&mut waiting, 1, URL, 25.0, 60.0);
    waiting.offer(entry(URL, 40.0, 59.0), |_| true);
    waiting.offer(entry(other, 26.0, 30.0), |_| true);
    assert_eq!(due(&mut waiting, 61.0), [(1, 60.0)]);
    settle(&mut waiting, 2, other, 26.0, 62.0);
    waiting.match_last();
    assert_eq!(due(&mut waiting, 62.0), [(2, 31.0)]);
}
