//! What left with a page that had just been answered well: on probation until the next answer.

use super::{drain, push, queue, sends};
use tracebeam::door::Answer;
use tracebeam::engine::action::{Action, Way};
use tracebeam::engine::queue::{MARK, MAX_AGE, MAX_EVENTS, Queue, UNMARK};
use tracebeam::engine::text::Out;

/// A page that has sent batch 1, was answered at 5, and has one more event.
fn answered() -> Queue {
    let mut queue = queue(100);
    push(&mut queue, 10, 0.0);
    queue.flush();
    assert_eq!(sends(&drain(&mut queue, 0.0)), [1]);
    queue.handle_sent(1, 200, 0.0, 0, 5.0, 0.0);
    push(&mut queue, 10, 6.0);
    assert_eq!(drain(&mut queue, 10.0), [Action::Forget(1), Action::Arm(2996)]);
    queue
}

/// It leaves at `now`, and the browser takes batch 2.
fn leave(queue: &mut Queue, now: f64) {
    queue.handle_hide(true, now);
    assert_eq!(drain(queue, now), [Action::Send(2, Way::Exit)]);
    queue.handle_sent(2, Answer::Taken as u32, 0.0, 0, now, 0.0);
}

/// A page that adopts a batch of 3 events on probation, and then sends an event of its own.
fn next_page() -> Queue {
    let mut queue = queue(1);
    assert_eq!(queue.adopt(10, 3, 30_000.0, true), 1);
    push(&mut queue, 10, 0.0);
    assert_eq!(sends(&drain(&mut queue, 0.0)), [2], "its own alone");
    queue
}

#[test]
fn a_batch_that_leaves_right_after_a_good_answer_stays_in_storage_and_carries_the_mark() {
    let mut queue = answered();
    leave(&mut queue, 5005.0);
    let mut out = Out::new();
    assert_eq!(queue.poll(5005.0, &mut out), Some(Action::Store(2)));
    assert_eq!(out.as_str().as_bytes(), [MARK]);
    assert_eq!((queue.count(), drain(&mut queue, 5005.0)), (1, vec![]), "neither forgotten nor sent");
}

#[test]
fn a_batch_whose_arrival_is_doubtful_carries_no_mark() {
    let late = |queue: &mut Queue| leave(queue, 5006.0);
    let offline = |queue: &mut Queue| {
        queue.handle_offline();
        leave(queue, 10.0);
    };
    let back_online = |queue: &mut Queue| {
        queue.handle_offline();
        queue.handle_online();
        leave(queue, 10.0);
    };
    for (why, go) in [("late", late as fn(&mut Queue)), ("offline", offline), ("offline and back", back_online)] {
        let mut queue = answered();
        go(&mut queue);
        assert_eq!(
            queue.poll(5006.0, &mut Out::new()).filter(|action| matches!(action, Action::Store(_))),
            None,
            "{why}"
        );
        assert_eq!(queue.count(), 1, "{why}");
    }
}

#[test]
fn a_good_answer_to_the_next_page_ends_it() {
    let mut queue = next_page();
    queue.handle_sent(2, 200, 0.0, 0, 1.0, 0.0);
    let mut forgotten = drain(&mut queue, 1.0);
    forgotten.sort_by_key(|action| format!("{action:?}"));
    assert_eq!(forgotten, [Action::Forget(1), Action::Forget(2)]);
    assert_eq!((queue.count(), queue.bytes(), queue.dropped()), (0, 0, [0; 4]));
}

#[test]
fn a_failure_of_the_next_page_sends_it_again() {
    for status in [0, 503, 429] {
        let mut queue = next_page();
        queue.handle_sent(2, status, 0.0, 0, 1.0, 0.0);
        assert_eq!(sends(&drain(&mut queue, 1001.0)), [1], "{status}");
        queue.handle_sent(1, 200, 0.0, 0, 1002.0, 0.0);
        assert_eq!(sends(&drain(&mut queue, 1002.0)), [2], "{status}");
    }
    let mut next = next_page();
    next.handle_sent(2, 503, 0.0, 0, 1.0, 0.0);
    let mut out = Out::new();
    assert_eq!(next.poll(1.0, &mut out), Some(Action::Store(1)));
    assert_eq!(out.as_str().as_bytes(), [UNMARK], "a page after this one sends it at once");
    let mut failing = queue(1);
    push(&mut failing, 10, 0.0);
    assert_eq!(sends(&drain(&mut failing, 0.0)), [1]);
    failing.handle_sent(1, 0, 0.0, 0, 1.0, 0.0);
    assert_eq!(failing.adopt(10, 3, 30_000.0, true), 2);
    assert_eq!(sends(&drain(&mut failing, 1001.0)), [1]);
    failing.handle_sent(1, 0, 0.0, 0, 1002.0, 0.0);
    assert_eq!(sends(&drain(&mut failing, 3002.0)), [2], "it failed before the batch was found");
}

#[test]
fn an_answer_that_says_nothing_of_the_endpoint_decides_nothing() {
    let mut queue = next_page();
    queue.handle_sent(2, 400, 0.0, 0, 1.0, 0.0);
    assert_eq!(drain(&mut queue, 1.0), [Action::Forget(2)]);
    assert_eq!(queue.count(), 3);
}

#[test]
fn a_page_that_leaves_before_an_answer_leaves_it_to_the_next() {
    let mut queue = next_page();
    queue.handle_hide(true, 1.0);
    assert_eq!(sends(&drain(&mut queue, 1.0)), [2], "its own");
    queue.handle_show();
    queue.handle_sent(2, 200, 0.0, 0, 2.0, 0.0);
    assert_eq!(queue.count(), 0, "a page that comes back decides");
}

#[test]
fn another_page_that_took_it_over_decides() {
    let mut queue = answered();
    leave(&mut queue, 10.0);
    queue.handle_sent(2, Answer::Gone as u32, 0.0, 0, 20.0, 0.0);
    assert_eq!((queue.count(), queue.bytes()), (0, 0));
}

#[test]
fn too_old_or_without_room_it_goes_uncounted_and_before_others() {
    let mut queue = queue(1);
    assert_eq!(queue.adopt(10, 3, MAX_AGE, true), 1);
    assert_eq!((drain(&mut queue, 0.0), queue.dropped()), (vec![Action::Forget(1)], [0; 4]));
    assert_eq!(queue.adopt(10, 1, 0.0, false), 2);
    assert_eq!(queue.adopt(10, MAX_EVENTS - 1, 0.0, true), 3);
    push(&mut queue, 10, 0.0);
    assert_eq!((queue.count(), queue.dropped()), (2, [0; 4]));
}
