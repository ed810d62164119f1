//! The rules of a call that its waiting body may run itself: how long it leaves it to a thread that is on its way.

use crate::{
    queue_rules::{push, queue},
    scheduler::{ends::BodySlot, queue::Queue},
};

#[test]
fn a_body_leaves_its_call_to_a_runner_on_its_way_until_that_is_overdue() {
    let (mut queue, _) = queue(2);
    push(&mut queue, [1]);
    assert!(queue.need_not_wait(false), "nobody was sent for");
    assert_eq!(queue.runners_to_request(1), 0..1);
    assert!(!queue.need_not_wait(false));
    assert!(queue.need_not_wait(true) && queue.need_not_wait(true));
    // The bodies that come next do not wait for it again, each for as long: all threads may be taken.
    assert!(queue.need_not_wait(false));
    push(&mut queue, [2]);
    assert_eq!(queue.runners_to_request(2), 1..2);
    assert!(queue.need_not_wait(false));
    // With one that arrives the threads are not all taken any more.
    queue.runner_arrived(0);
    assert!(!queue.need_not_wait(false));
    assert!(queue.runner_refused(1) || queue.need_not_wait(false));
}

/// A runner, whose body makes a call for which another runner is requested: its number.
fn body_with_call(queue: &mut Queue<u32>) -> u64 {
    push(queue, [1]);
    let sent = queue.runners_to_request(1);
    queue.runner_arrived(sent.start);
    assert_eq!(queue.pop(), Some(1));
    push(queue, [2]);
    queue.runners_to_request(1).start
}

/// There may be no more threads than were here then.
#[test]
fn a_runner_is_not_waited_for_where_one_has_not_come_before() {
    let (mut queue, ended) = queue(9);
    let late = body_with_call(&mut queue);
    assert!(!queue.need_not_wait(false) && queue.need_not_wait(true));
    assert_eq!(queue.pop(), Some(2));
    ended.add(BodySlot::Runner);
    ended.add(BodySlot::Runner);
    queue.runner_left();
    // The thread of the one that has left takes it.
    queue.runner_arrived(late);
    queue.runner_left();
    let next = body_with_call(&mut queue);
    assert!(queue.need_not_wait(false), "as late as the one before");
    // Now two are here at once.
    queue.runner_arrived(next);
    push(&mut queue, [3]);
    assert_eq!(queue.runners_to_request(1).count(), 1);
    assert!(!queue.need_not_wait(false));
}

/// The machine may only have been busy: after many arrivals a runner is waited for again, however few are here at once.
#[test]
fn a_late_runner_is_forgotten_after_many_arrivals() {
    let (mut queue, ended) = queue(9);
    let mut sent = body_with_call(&mut queue);
    assert!(queue.need_not_wait(true));
    let forgotten = (1..1000).find(|_| {
        // The body runs its call itself and ends. Then the late one takes the next job.
        assert!(queue.pop().is_some());
        ended.add(BodySlot::Runner);
        ended.add(BodySlot::Runner);
        queue.runner_left();
        push(&mut queue, [1]);
        queue.runner_arrived(sent);
        assert!(queue.pop().is_some());
        push(&mut queue, [2]);
        sent = queue.runners_to_request(1).start;
        !queue.need_not_wait(false)
    });
    assert_eq!(forgotten, Some(64));
    assert!(queue.need_not_wait(true) && queue.need_not_wait(false));
}

/// It may have to wait for the processor too.
#[test]
fn a_runner_that_looks_for_a_job_is_waited_for() {
    let (mut queue, _) = queue(2);
    assert!(queue.search.begin());
    assert!(!queue.need_not_wait(false) && queue.need_not_wait(true));
    assert!(!queue.need_not_wait(false));
    queue.search.end();
    assert!(queue.need_not_wait(false));
}

/// A body of a lane that is full gives its own place, in which no runner would come.
#[test]
fn nobody_waits_for_a_runner_where_all_places_are_taken() {
    let (mut queue, ended) = queue(1);
    push(&mut queue, [1, 2]);
    assert_eq!(queue.runners_to_request(1), 0..1);
    queue.begin(BodySlot::Runner);
    assert!(queue.is_saturated() && queue.need_not_wait(false));
    ended.add(BodySlot::Runner);
    assert!(!queue.need_not_wait(false));
}

/// One whose place another thread took has not come, and ends the haste when it does.
#[test]
fn a_runner_that_was_given_up_is_late_until_it_arrives() {
    let (mut queue, _) = queue(1);
    push(&mut queue, [1, 2]);
    assert_eq!(queue.runners_to_request(1), 0..1);
    assert!(queue.need_not_wait(true) && queue.try_join());
    queue.runner_left();
    assert_eq!(queue.runners_to_request(1), 1..2);
    assert!(queue.need_not_wait(false));
    queue.runner_arrived(0);
    assert!(!queue.need_not_wait(false));
}
