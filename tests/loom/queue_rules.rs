//! The rules of a queue, one by one: they need no interleavings, since the lane's lock is held around each.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Wake, Waker},
};

use crate::{
    call::queued_in::LineMark,
    error::Error,
    scheduler::{
        close::CloseReason,
        ends::{BodySlot, Dead, Ended},
        order::JobOrder,
        queue::Queue,
    },
    trial::begin_wait,
};

/// The line of all jobs in a queue without classes.
pub(crate) const NO_LINE: LineMark = LineMark(0);

/// A queue of numbers, and how its bodies end.
pub(crate) fn queue(cap: usize) -> (Queue<u32>, Arc<Ended>) {
    let ended = Arc::<Ended>::default();
    (Queue::new(cap, Arc::clone(&ended)), ended)
}

pub(crate) fn push(queue: &mut Queue<u32>, jobs: impl IntoIterator<Item = u32>) {
    for job in jobs {
        queue.push(job, JobOrder::default());
    }
}

/// Sends for one runner, which arrives.
fn arrive(queue: &mut Queue<u32>) {
    let sent = queue.runners_to_request(1);
    assert_eq!(sent.end - sent.start, 1);
    queue.runner_arrived(sent.start);
}

fn sent(queue: &mut Queue<u32>, expected: usize) -> u64 {
    let sent = queue.runners_to_request(expected);
    sent.end - sent.start
}

#[test]
fn jobs_begin_in_order_and_count_until_they_end() {
    let (mut queue, ended) = queue(2);
    push(&mut queue, [1, 2]);
    assert!(!queue.is_idle());
    assert_eq!((queue.pop(), queue.running()), (Some(1), 1));
    assert!(!queue.is_saturated());
    assert_eq!((queue.pop(), queue.running()), (Some(2), 2));
    assert!(queue.is_saturated());
    assert_eq!(queue.pop(), None);
    queue.begin(BodySlot::None);
    assert_eq!(queue.running(), 3);
    assert!(queue.is_saturated());
    for (slot, left) in [
        (BodySlot::Runner, 2),
        (BodySlot::None, 1),
        (BodySlot::Runner, 0),
    ] {
        assert!(!queue.is_idle());
        ended.add(slot);
        assert_eq!((queue.running(), queue.is_saturated()), (left, false));
    }
    assert!(queue.is_idle());
}

#[test]
fn no_more_runners_are_sent_for_than_there_are_jobs_and_places() {
    let (mut queue, _) = queue(3);
    assert_eq!(sent(&mut queue, 2), 0);
    push(&mut queue, [1]);
    assert_eq!(sent(&mut queue, 2), 1);
    assert_eq!(sent(&mut queue, 2), 0);
    push(&mut queue, [2, 3, 4, 5]);
    // One is on its way of the two that may be.
    assert_eq!(sent(&mut queue, 1), 0);
    assert_eq!(queue.runners_to_request(2), 1..2);
    assert_eq!(queue.runners_here(), 0);
    queue.runner_arrived(0);
    assert_eq!(queue.runners_here(), 1);
    // One that searches counts as on its way, and there is one place left.
    assert!(queue.search.begin());
    assert!(!queue.search.begin());
    assert_eq!(sent(&mut queue, 2), 0);
    queue.search.end();
    assert!(queue.search.begin());
    queue.search.end();
    assert_eq!(queue.runners_to_request(4), 2..3);
    assert_eq!(sent(&mut queue, 9), 0);
    queue.set_cap(4);
    assert_eq!(sent(&mut queue, 9), 1);
}

#[test]
fn a_runner_above_the_limit_gets_no_job() {
    let (mut queue, _) = queue(1);
    push(&mut queue, [0, 1, 2]);
    arrive(&mut queue);
    assert_eq!((queue.runners_here(), queue.pop()), (1, Some(0)));
    // One that was given up turns up all the same.
    queue.runner_arrived(77);
    assert_eq!((queue.runners_here(), queue.pop()), (2, None));
    queue.runner_left();
    assert_eq!((queue.runners_here(), queue.pop()), (1, Some(1)));
    queue.set_cap(0);
    assert_eq!(queue.pop(), None);
}

#[test]
fn a_refused_runner_counts_no_more_and_is_missed_if_it_was_the_last() {
    let (mut queue, _) = queue(2);
    push(&mut queue, [1, 2]);
    assert_eq!(queue.runners_to_request(2), 0..2);
    assert!(!queue.runner_refused(1));
    // Of one that is not known nothing is taken.
    assert!(!queue.runner_refused(1));
    assert!(queue.runner_refused(0));
    assert_eq!(queue.runners_to_request(2), 2..4);
    queue.runner_arrived(2);
    assert!(!queue.runner_refused(3));
    assert_eq!(queue.runners_here(), 1);
}

#[test]
fn a_thread_that_was_not_sent_for_takes_a_free_place_or_that_of_one_on_its_way() {
    let (mut queue, _) = queue(2);
    push(&mut queue, [1]);
    assert_eq!(sent(&mut queue, 1), 1);
    assert!(queue.try_join());
    assert_eq!(queue.runners_here(), 1);
    assert!(queue.try_join());
    assert_eq!(queue.runners_here(), 2);
    assert!(!queue.try_join());
    assert_eq!(queue.runners_here(), 2);
}

/// A body that waits inside its own wait occupies one place, and not those of two.
#[test]
fn a_body_that_waits_twice_is_one_body() {
    let (mut queue, _) = queue(2);
    let (outer, inner) = (begin_wait(None, None, 1), begin_wait(None, None, 1));
    push(&mut queue, [1, 2, 3]);
    assert_eq!((queue.pop(), queue.pop()), (Some(1), Some(2)));
    queue.begin_wait(Arc::clone(&outer));
    queue.begin_wait(Arc::clone(&inner));
    assert!(queue.all_waiting().is_none() && !queue.is_stuck(0));
    assert!(queue.is_stuck(1));
    queue.end_wait(&inner);
    assert!(queue.is_stuck(1) && !queue.is_stuck(0));
    queue.end_wait(&outer);
    assert!(!queue.is_stuck(1));
}

#[test]
fn the_first_reason_to_close_stands() {
    let (mut queue, _) = queue(1);
    queue.close(CloseReason::Init(Arc::new(std::fmt::Error)));
    queue.close(CloseReason::Shutdown);
    let reason = queue.close_reason().map(CloseReason::error);
    assert!(matches!(reason, Some(Error::Init(_))));
    assert!(matches!(CloseReason::Shutdown.error(), Error::Shutdown));
    push(&mut queue, [1, 2]);
    assert_eq!(queue.take_all(), [1, 2]);
    queue.refused(2);
    assert!(queue.is_idle());
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[test]
fn who_waits_for_rest_has_a_number_and_is_told_once() {
    let (mut queue, ended) = queue(1);
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = || Waker::from(Arc::clone(&count));
    push(&mut queue, [1]);
    let (mut first, mut second) = (None, None);
    assert!(queue.wake_when_idle(&mut first, waker()).is_none());
    assert!(queue.wake_when_idle(&mut second, waker()).is_none());
    assert!(first.is_some() && second.is_some() && first != second);
    // The same number again takes the place of what was there.
    assert!(queue.wake_when_idle(&mut first, waker()).is_some());
    assert!(queue.take_idle_wakers().is_empty());
    assert_eq!(queue.pop(), Some(1));
    assert!(queue.take_idle_wakers().is_empty());
    ended.add(BodySlot::Runner);
    assert!(queue.forget_idle(second.unwrap()).is_some());
    assert!(queue.forget_idle(second.unwrap()).is_none());
    assert_eq!(queue.take_idle_wakers().len(), 1);
    assert!(queue.take_idle_wakers().is_empty());
}

#[test]
fn the_dead_are_counted_until_they_are_thrown_away() {
    let dead = Dead::default();
    dead.add();
    dead.add();
    assert_eq!(dead.count(), 2);
    dead.remove();
    assert_eq!(dead.count(), 1);
    dead.remove();
    // Thrown away before the news of it came.
    dead.remove();
    assert_eq!(dead.count(), 0);
    dead.add();
    assert_eq!(dead.count(), 0);
    dead.add();
    assert_eq!(dead.count(), 1);
}
