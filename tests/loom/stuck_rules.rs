//! The rules of a queue that is stuck: all its bodies wait, and jobs are queued.

use std::sync::Arc;

use crate::{
    call::queued_in::LineMark,
    queue_rules::{NO_LINE, push, queue},
    scheduler::ends::BodySlot,
    trial::begin_wait,
};

#[test]
fn bodies_that_wait_can_be_stuck_when_all_do() {
    let (mut queue, ended) = queue(2);
    let (outer, inner) = (begin_wait(None, None, 0), begin_wait(None, None, 1));
    push(&mut queue, [1, 2, 3]);
    assert!(queue.all_waiting().is_none() && !queue.is_stuck(0));
    assert_eq!(queue.pop(), Some(1));
    queue.begin_wait(Arc::clone(&outer));
    // There is a place left, but nobody is at work who would come to the jobs.
    assert!(queue.all_waiting().is_none() && queue.is_stuck(0));
    assert_eq!(queue.pop(), Some(2));
    assert!(queue.all_waiting().is_none() && !queue.is_stuck(0));
    assert!(queue.innermost_if_stuck().is_none());
    assert_eq!(queue.take_if_stuck(0, Some((NO_LINE, |_: &_| true))), None);
    queue.begin_wait(Arc::clone(&inner));
    assert!(Arc::ptr_eq(
        queue.all_waiting().unwrap().last().unwrap(),
        &inner
    ));
    assert!(Arc::ptr_eq(queue.innermost_if_stuck().unwrap(), &inner));
    assert_eq!(
        (
            queue.take_if_stuck(0, None::<(LineMark, fn(&u32) -> bool)>),
            queue.running()
        ),
        (Some(3), 3)
    );
    // That one runs now, and nothing waits.
    assert!(queue.all_waiting().is_none() && !queue.is_stuck(0));
    ended.add(BodySlot::None);
    assert!(queue.all_waiting().is_some() && !queue.is_stuck(0));
    push(&mut queue, [4, 5, 6]);
    assert!(queue.is_stuck(0));
    // Beyond the limit, what somebody waits for goes first.
    let five = || Some((NO_LINE, |job: &_| *job == 5));
    assert_eq!(queue.take_if_stuck(0, five()), Some(5));
    ended.add(BodySlot::None);
    assert_eq!(queue.take_if_stuck(0, five()), Some(4));
    ended.add(BodySlot::None);
    assert!(queue.is_stuck(0));
    queue.end_wait(&inner);
    assert!(!queue.is_stuck(0));
    // One that waits outside of `block_on` counts, but runs no call.
    assert!(queue.is_stuck(1) && queue.all_wait(1) && !queue.all_wait(0));
    assert!(queue.all_waiting().is_none());
    queue.begin_wait(Arc::clone(&inner));
    queue.end_wait(&outer);
    queue.end_wait(&outer);
    assert!(!queue.is_stuck(0));
    queue.begin_wait(outer);
    assert!(queue.is_stuck(0));
    ended.add(BodySlot::Runner);
    ended.add(BodySlot::Runner);
    // Those that wait have ended by now: nothing runs, and runners will come.
    assert!(!queue.is_stuck(0));
}

/// Who looks twice at a queue that is stuck sees whether a body has come back and waits again.
#[test]
fn a_stuck_queue_shows_that_a_body_waits_again() {
    let (mut queue, _) = queue(1);
    let body = begin_wait(None, None, 0);
    push(&mut queue, [1, 2]);
    assert_eq!((queue.stuck_at(0), queue.pop()), (None, Some(1)));
    queue.begin_wait(Arc::clone(&body));
    let first = queue.stuck_at(0);
    assert!(first.is_some() && first == queue.stuck_at(0));
    queue.end_wait(&body);
    assert_eq!(queue.stuck_at(0), None);
    queue.begin_wait(body);
    assert!(queue.stuck_at(0).is_some_and(|now| Some(now) != first));
    assert_eq!(queue.take_all(), [2]);
    assert_eq!(queue.stuck_at(0), None);
}

/// The same of bodies whose waits nobody counts: a body that follows one that has ended is another one.
#[test]
fn a_stuck_queue_shows_that_a_body_has_ended() {
    let (mut queue, ended) = queue(1);
    push(&mut queue, [1, 2, 3]);
    assert_eq!(queue.pop(), Some(1));
    let first = queue.stuck_at(1);
    assert!(first.is_some() && first == queue.stuck_at(1));
    ended.add(BodySlot::Runner);
    assert_eq!((queue.stuck_at(1), queue.pop()), (None, Some(2)));
    assert!(queue.stuck_at(1).is_some_and(|now| Some(now) != first));
}
