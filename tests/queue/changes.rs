//! The queue when things change: an endpoint that fails and comes back, pages that leave and were left, new policy.

use super::*;

/// Ids of the batches that would leave now.
fn leaving(queue: &mut Queue, now: f64) -> Vec<u32> {
    sends(&drain(queue, now))
}

#[test]
fn a_flush_is_of_what_was_there() {
    let mut queue = queue(3);
    push(&mut queue, 10, 0.0);
    queue.flush();
    assert_eq!(leaving(&mut queue, 0.0), [1]);
    queue.handle_sent(1, 200, 0.0, 0, 5.0, 0.0);
    push(&mut queue, 10, 6.0);
    assert_eq!(leaving(&mut queue, 6.0), [], "the next one waits for company again");
}

#[test]
fn an_outage_makes_full_batches() {
    let mut queue = queue(2);
    push(&mut queue, 10, 0.0);
    push(&mut queue, 10, 0.0);
    assert_eq!(leaving(&mut queue, 0.0), [1]);
    queue.handle_sent(1, 503, 0.0, 0, 5.0, 0.0);
    push(&mut queue, 10, 6.0);
    queue.handle_timer();
    assert_eq!(leaving(&mut queue, 5000.0), [1], "the probe, and what came meanwhile stays open");
    push(&mut queue, 10, 5001.0);
    queue.handle_sent(1, 200, 0.0, 0, 5002.0, 0.0);
    assert_eq!(leaving(&mut queue, 5002.0), [2]);
    queue.handle_sent(2, 200, 0.0, 0, 5003.0, 0.0);
    assert_eq!(queue.count(), 0, "both in one");
}

#[test]
fn an_endpoint_that_asked_for_patience_gets_it_at_the_exit_too() {
    for (after, out) in [(60_000.0, vec![]), (0.0, vec![1])] {
        let mut queue = queue(1);
        push(&mut queue, 10, 0.0);
        assert_eq!(leaving(&mut queue, 0.0), [1]);
        queue.handle_sent(1, 429, after, 0, 5.0, 0.0);
        queue.handle_hide(false, 6.0);
        assert_eq!(leaving(&mut queue, 6.0), [], "a hidden page waits as any other");
        queue.handle_hide(true, 7.0);
        assert_eq!(leaving(&mut queue, 7.0), out, "one that goes has no later, unless it was told to wait: {after}");
    }
}

#[test]
fn a_beacon_is_not_trusted_while_an_answer_is_awaited() {
    let mut queue = queue(1);
    push(&mut queue, 10, 0.0);
    assert_eq!(leaving(&mut queue, 0.0), [1]);
    queue.handle_sent(1, 200, 0.0, 0, 5.0, 0.0);
    push(&mut queue, 10, 6.0);
    assert_eq!(leaving(&mut queue, 6.0), [2]);
    queue.handle_hide(true, 7.0);
    assert_eq!(leaving(&mut queue, 7.0), [2], "its request ends with the page");
    queue.handle_sent(2, Answer::Taken as u32, 0.0, 0, 7.0, 0.0);
    assert_eq!(queue.count(), 1, "for the endpoint may have stopped answering");
}

#[test]
fn what_outlives_the_page_already_is_part_of_its_quota() {
    let mut queue = queue(100);
    for _ in 0..48 {
        push(&mut queue, 1700, 0.0);
    }
    queue.handle_hide(false, 1.0);
    assert_eq!(leaving(&mut queue, 1.0).len(), 2);
    queue.handle_hide(true, 2.0);
    assert_eq!(leaving(&mut queue, 2.0), []);
}

#[test]
fn a_browser_that_takes_no_more_is_asked_no_more() {
    let mut queue = queue(1);
    push(&mut queue, 10, 0.0);
    push(&mut queue, 10, 0.0);
    queue.handle_hide(true, 1.0);
    let mut out = Out::new();
    while queue.poll(1.0, &mut out) != Some(Action::Send(1, Way::Exit)) {}
    queue.handle_sent(1, Answer::NotTaken as u32, 0.0, 0, 1.0, 0.0);
    assert_eq!(leaving(&mut queue, 1.0), []);
    assert_eq!(queue.count(), 2);
}

#[test]
fn dead_pages_are_looked_for_when_things_get_better() {
    let adopts = |queue: &mut Queue, now| {
        let mut out = Out::new();
        std::iter::from_fn(|| queue.poll(now, &mut out)).filter(|action| *action == Action::Adopt).count()
    };
    let mut queue = queue(1);
    assert_eq!(adopts(&mut queue, 0.0), 1, "at the start");
    push(&mut queue, 10, 0.0);
    assert_eq!(adopts(&mut queue, 0.0), 0);
    queue.handle_sent(1, 503, 0.0, 0, 5.0, 0.0);
    assert_eq!(adopts(&mut queue, 1005.0), 0);
    queue.handle_sent(1, 200, 0.0, 0, 1006.0, 0.0);
    assert_eq!(adopts(&mut queue, 1006.0), 1, "the endpoint is back");
    queue.handle_online();
    assert_eq!(adopts(&mut queue, 1007.0), 1, "the network is back");
}

#[test]
fn what_dead_pages_left_is_taken_as_far_as_there_is_room() {
    let mut queue = queue(1);
    assert_eq!(queue.adopt(MAX_BYTES + 1, 1, 0.0, false), 0);
    assert_eq!(queue.adopt(1, MAX_EVENTS + 1, 0.0, false), 0);
    assert_eq!((queue.count(), queue.dropped()), (0, [0; 4]), "the rest stays where it is");
    assert_eq!(queue.adopt(10, 3, f64::NAN, false), 1);
    assert_eq!(drain(&mut queue, 0.0), [Action::Forget(1)], "an age that is no number is too old");
    assert_eq!(queue.adopt(10, 3, 0.0, false), 2);
    assert_eq!(queue.report(2), [0, 3, 0, 0]);
    queue.handle_sent(2, Answer::Gone as u32, 0.0, 0, 1.0, 0.0);
    assert_eq!(
        (queue.count(), queue.dropped()),
        (0, [0, 3, 0, 0]),
        "another page has it; who tells of the drops, nobody knows"
    );
}

#[test]
fn a_change_of_limits_closes_what_spoke_of_the_old_ones() {
    let mut queue = queue(3);
    push(&mut queue, 10, 0.0);
    queue.change(Policy { flush_time: 3000.0, max_event_count: 2, otlp: true });
    assert!(!queue.is_open());
    push(&mut queue, 10, 1.0);
    assert_eq!(leaving(&mut queue, 1.0), [1]);
    push(&mut queue, 10, 2.0);
    assert_eq!(leaving(&mut queue, 2.0), [2], "by the new limit");
}
