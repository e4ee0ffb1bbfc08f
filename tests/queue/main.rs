//! The queue by example: when batches leave, what failures cost, and the promises under pressure.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a failed test is a panic")]

mod changes;
mod probation;

use tracebeam::door::Answer;
use tracebeam::engine::action::{Action, Way};
use tracebeam::engine::queue::{EXIT_BYTES, MAX_AGE, MAX_BYTES, MAX_EVENTS, Policy, Queue};
use tracebeam::engine::retry::{Verdict, judge};
use tracebeam::engine::text::Out;

const HOUR: f64 = 3_600_000.0;

fn queue(max_event_count: u32) -> Queue {
    Queue::new(Policy { flush_time: 3000.0, max_event_count, otlp: false })
}

fn push(queue: &mut Queue, bytes: usize, now: f64) {
    let mut event = Out::new();
    event.str(&"e".repeat(bytes));
    queue.push(&event, now, |head| head.str("["));
}

/// All actions of this moment but the store and adopt ones.
fn drain(queue: &mut Queue, now: f64) -> Vec<Action> {
    let mut out = Out::new();
    let mut actions = Vec::new();
    loop {
        out.clear();
        match queue.poll(now, &mut out) {
            None => return actions,
            Some(Action::Store(_) | Action::Adopt) => {}
            Some(action) => actions.push(action),
        }
    }
}

fn sends(actions: &[Action]) -> Vec<u32> {
    actions.iter().filter_map(|action| if let Action::Send(id, _) = action { Some(*id) } else { None }).collect()
}

#[test]
fn a_batch_leaves_when_it_is_full_or_its_time_is_up() {
    let mut queue = queue(3);
    push(&mut queue, 10, 0.0);
    assert_eq!(drain(&mut queue, 0.0), [Action::Arm(3000)]);
    push(&mut queue, 10, 1.0);
    push(&mut queue, 10, 2.0);
    assert_eq!(sends(&drain(&mut queue, 2.0)), [1], "full");
    push(&mut queue, 10, 10.0);
    assert_eq!(sends(&drain(&mut queue, 3009.0)), []);
    assert_eq!(sends(&drain(&mut queue, 3010.0)), [2], "in time");
}

#[test]
fn what_is_new_is_stored_before_it_is_sent_and_not_at_every_event() {
    let mut queue = queue(3);
    let mut out = Out::new();
    let mut poll = |queue: &mut Queue, now| {
        out.clear();
        (queue.poll(now, &mut out), out.as_str().to_owned())
    };
    push(&mut queue, 1, 0.0);
    assert_eq!(poll(&mut queue, 0.0), (Some(Action::Store(1)), "[e".to_owned()), "at once");
    assert_eq!(poll(&mut queue, 0.0).0, Some(Action::Adopt));
    push(&mut queue, 1, 1.0);
    assert_eq!(poll(&mut queue, 1.0).0, Some(Action::Arm(3)), "a burst waits four milliseconds");
    push(&mut queue, 1, 2.0);
    assert_eq!(poll(&mut queue, 2.0), (Some(Action::Store(1)), ",e,e".to_owned()));
    assert_eq!(poll(&mut queue, 2.0).0, Some(Action::Send(1, Way::Normal)));
}

#[test]
fn two_are_under_way_and_one_while_the_endpoint_fails() {
    let mut queue = queue(1);
    for _ in 0..5 {
        push(&mut queue, 10, 0.0);
    }
    assert_eq!(sends(&drain(&mut queue, 0.0)), [1, 2]);
    queue.handle_sent(1, 503, 0.0, 0, 5.0, 0.0);
    queue.handle_sent(2, 503, 0.0, 0, 6.0, 0.0);
    assert_eq!(sends(&drain(&mut queue, 1004.0)), []);
    assert_eq!(sends(&drain(&mut queue, 1005.0)), [3], "one probe, and not the batch that failed");
    queue.handle_sent(3, 200, 0.0, 0, 1100.0, 0.0);
    assert_eq!(sends(&drain(&mut queue, 1100.0)), [4, 5], "the first success opens the window");
}

/// `pitfalls.md` B12.
#[test]
fn statuses_are_judged_by_what_the_endpoint_speaks() {
    use Verdict::{Again, Delivered, Refused};
    for (status, rum, otlp, reason) in [
        (0, Again, Again, "no answer: refused, timed out, offline"),
        (200, Delivered, Delivered, ""),
        (204, Delivered, Delivered, ""),
        (304, Refused, Refused, "no answer to a POST"),
        (400, Refused, Refused, "it will not like it better later"),
        (401, Refused, Refused, ""),
        (404, Refused, Refused, ""),
        (408, Again, Refused, "the server waited for us"),
        (413, Refused, Refused, ""),
        (429, Again, Again, "too many"),
        (500, Again, Refused, "OTLP names its retryable statuses, and this is none"),
        (502, Again, Again, ""),
        (503, Again, Again, ""),
        (504, Again, Again, ""),
        (505, Again, Refused, ""),
    ] {
        assert_eq!((judge(status, false), judge(status, true)), (rum, otlp), "{status} {reason}");
    }
}

#[test]
fn what_is_dropped_is_counted_by_reason_and_goes_out_with_the_next_batch() {
    let mut queue = queue(1);
    push(&mut queue, MAX_BYTES, 0.0);
    assert_eq!(queue.adopt(10, 7, MAX_AGE, false), 1);
    assert_eq!(drain(&mut queue, 0.0), [Action::Forget(1)], "too old");
    push(&mut queue, 10, 0.0);
    assert_eq!(sends(&drain(&mut queue, 0.0)), [2]);
    assert_eq!(queue.report(2), [1, 7, 0, 0]);
    queue.handle_sent(2, 503, 0.0, 0, 1.0, 0.0);
    assert_eq!(queue.dropped(), [1, 7, 0, 0], "a failed batch gives them back");
    assert_eq!(sends(&drain(&mut queue, 1001.0)), [2]);
    assert_eq!(queue.report(2), [1, 7, 0, 0]);
    queue.handle_sent(2, 400, 0.0, 0, 1002.0, 0.0);
    assert_eq!(queue.dropped(), [1, 7, 1, 0], "as does a refused one");
    push(&mut queue, 10, 1002.0);
    assert_eq!(sends(&drain(&mut queue, 1002.0)), [3]);
    queue.report(3);
    queue.handle_sent(3, 200, 0.0, 2, 1003.0, 0.0);
    assert_eq!(queue.dropped(), [0, 0, 0, 2], "told, and two spans of it were rejected");
}

#[test]
fn an_exit_stays_within_the_quota_and_repeats_nothing_where_all_is_well() {
    let mut queue = queue(100);
    for _ in 0..300 {
        push(&mut queue, 1700, 0.0);
    }
    drain(&mut queue, 0.0);
    queue.handle_hide(true, 1.0);
    let out = sends(&drain(&mut queue, 1.0));
    assert_eq!(out, [1, 2], "two of 28,000 bytes, of {EXIT_BYTES}");
    // The page's `visibilitychange` follows its `pagehide`.
    queue.handle_hide(false, 1.0);
    assert_eq!(sends(&drain(&mut queue, 1.0)), []);
    for id in out {
        queue.handle_sent(id, Answer::Taken as u32, 0.0, 0, 1.0, 0.0);
    }
    assert_eq!(queue.count(), 300, "nothing is known of the endpoint: all stays");

    let mut well = self::queue(100);
    push(&mut well, 10, 0.0);
    well.flush();
    assert_eq!(sends(&drain(&mut well, 0.0)), [1]);
    well.handle_sent(1, 200, 0.0, 0, 5.0, 0.0);
    push(&mut well, 10, 6.0);
    well.handle_hide(true, 5004.0);
    assert_eq!(drain(&mut well, 5004.0), [Action::Forget(1), Action::Send(2, Way::Exit)]);
    well.handle_sent(2, Answer::Taken as u32, 0.0, 0, 5004.0, 0.0);
    well.handle_show();
    assert_eq!(sends(&drain(&mut well, 5005.0)), [], "on probation: it is not sent again");
}

#[test]
fn a_page_that_comes_back_sends_what_was_not_taken() {
    let mut queue = queue(1);
    push(&mut queue, 10, 0.0);
    queue.handle_hide(true, 0.0);
    assert_eq!(drain(&mut queue, 0.0), [Action::Send(1, Way::Exit)]);
    queue.handle_sent(1, Answer::NotTaken as u32, 0.0, 0, 0.0, 0.0);
    queue.handle_show();
    assert_eq!(drain(&mut queue, 9.0), [Action::Send(1, Way::Normal)]);
}

/// Ten thousand requests in an hour, against each kind of bad endpoint.
#[test]
fn an_hour_of_outage_costs_little() {
    for (name, latency, status) in [("down", 1.0, 0), ("hanging", 10_000.0, 0), ("unavailable", 20.0, 503)] {
        let mut queue = queue(20);
        let (mut attempts, mut lines, mut most) = (0, 0, 0);
        let mut answers: Vec<(f64, u32)> = Vec::new();
        let mut timer = f64::INFINITY;
        let mut now = 0.0;
        for step in 0..100_000 {
            now += 36.0;
            if step % 10 == 0 {
                push(&mut queue, 700, now);
            }
            if now >= timer {
                timer = f64::INFINITY;
                queue.handle_timer();
            }
            while let Some(at) = answers.iter().position(|(time, _)| *time <= now) {
                let (_, id) = answers.remove(at);
                queue.handle_sent(id, status, 0.0, 0, now, f64::from(step % 100) / 100.0);
            }
            for action in drain(&mut queue, now) {
                match action {
                    Action::Send(id, _) => {
                        attempts += 1;
                        answers.push((now + latency, id));
                    }
                    Action::Arm(ms) => timer = now + f64::from(ms),
                    Action::Debug => lines += 1,
                    Action::Forget(_) => {}
                    other => panic!("{other:?}"),
                }
            }
            most = most.max(queue.bytes());
        }
        assert!(attempts <= 90, "{name}: {attempts} attempts");
        assert!(attempts >= 40, "{name}: it goes on trying, {attempts}");
        assert_eq!(lines, 1, "{name}");
        assert!(most <= MAX_BYTES && queue.count() <= MAX_EVENTS, "{name}: {most}");
        assert_eq!(queue.count() + queue.dropped().iter().sum::<u32>(), 10_000, "{name}: all are accounted for");
        assert!(now >= HOUR);
    }
}
