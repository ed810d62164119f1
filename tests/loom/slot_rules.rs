//! Which bodies take the place of others: those that a runner carries. One on the thread of a body that waits leaves a thread free that
//! is free, and so does one on a spare thread.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use crate::{
    call::traits::RunQueued,
    check,
    queue_rules::{NO_LINE, push, queue},
    scheduler::{ends::BodySlot, lane::Lane, order::JobOrder, spawner::Spawner},
    trial::{Trial, begin_wait},
    work::CallWork,
};

#[test]
fn a_queue_is_full_when_so_many_wait_beside_those_that_can_run() {
    let (mut queue, _) = queue(1);
    push(&mut queue, [1, 2]);
    assert!(!queue.is_full(2, 0));
    assert_eq!(queue.pop(), Some(1));
    push(&mut queue, [3]);
    assert!(queue.is_full(2, 0) && !queue.is_full(3, 0));
    // The dead take no place, however many are said to be, nor do bodies that need no runner.
    queue.begin(BodySlot::None);
    assert!(!queue.is_full(3, 0) && !queue.is_full(2, 1) && !queue.is_full(2, 9));
    assert!(queue.is_full(0, 9));
    assert!(!queue.is_full(usize::MAX, 0));
}

#[test]
fn a_body_without_a_runner_takes_no_place() {
    let (mut queue, ended) = queue(2);
    push(&mut queue, [1, 2, 3]);
    assert_eq!((queue.pop(), queue.pop()), (Some(1), Some(2)));
    assert!(queue.is_saturated() && queue.is_full(0, 0));
    assert!(queue.jobs.take_out(NO_LINE, |job| *job == 3).is_some());
    queue.begin(BodySlot::None);
    assert!(queue.is_saturated() && queue.is_full(0, 0));
    ended.add(BodySlot::Runner);
    assert_eq!(queue.running(), 2);
    assert!(!queue.is_saturated() && !queue.is_full(0, 0));
    push(&mut queue, [4]);
    assert!(queue.is_full(0, 0), "the free thread will take that one");
    assert_eq!(queue.pop(), Some(4));
    assert!(queue.is_saturated() && queue.is_full(0, 0));
    // A lower limit counts them as little.
    queue.set_cap(1);
    assert!(queue.is_full(0, 0) && !queue.is_full(1, 0));
    ended.add(BodySlot::None);
    assert_eq!((queue.running(), queue.is_saturated()), (2, true));
}

/// All that may happen to a lane of two threads in seven steps. A call is refused when as many runners carry bodies as there may be, and
/// only then: else a runner may be sent for, or one is there without a body and looks at the queue before it leaves.
#[test]
fn what_is_refused_would_wait_for_a_body_and_nothing_else_would() {
    #[derive(Clone, Copy)]
    enum Step {
        Submit,
        Arrive,
        Take,
        EndOfRunner,
        Leave,
        TakeInPlace,
        EndInPlace,
    }
    use Step::{Arrive, EndInPlace, EndOfRunner, Leave, Submit, Take, TakeInPlace};
    let steps = [
        Submit,
        Arrive,
        Take,
        EndOfRunner,
        Leave,
        TakeInPlace,
        EndInPlace,
    ];
    let (mut tried, mut refused) = (0, 0);
    for chance in 0..7_usize.pow(7) {
        let (mut queue, ended) = queue(2);
        let (mut sent, mut free, mut carry, mut in_place) = (Vec::new(), 0, 0, 0);
        for digit in 0..7 {
            match steps[chance / 7_usize.pow(digit) % 7] {
                Submit => push(&mut queue, [0]),
                Arrive if !sent.is_empty() => {
                    queue.runner_arrived(sent.remove(0));
                    free += 1;
                }
                Take if free > 0 && queue.pop().is_some() => (free, carry) = (free - 1, carry + 1),
                EndOfRunner if carry > 0 => {
                    ended.add(BodySlot::Runner);
                    (free, carry) = (free + 1, carry - 1);
                }
                Leave if free > 0 && queue.jobs.is_empty() => {
                    queue.runner_left();
                    free -= 1;
                }
                // Only the thread of a body that waits.
                TakeInPlace if carry > in_place && queue.jobs.pop().is_some() => {
                    queue.begin(BodySlot::None);
                    in_place += 1;
                }
                EndInPlace if in_place > 0 => {
                    ended.add(BodySlot::None);
                    in_place -= 1;
                }
                _ => break,
            }
            sent.extend(queue.runners_to_request(2));
            // Runners that are there or on their way without a body, and those that may be sent for.
            let here = sent.len() + free;
            let take_jobs = here + 2_usize.saturating_sub(here + carry);
            let is_full = queue.is_full(0, 0);
            assert_eq!(is_full, take_jobs <= queue.jobs.len());
            assert_eq!(queue.is_saturated(), carry >= 2);
            assert_eq!(queue.running(), carry + in_place);
            (tried, refused) = (tried + 1, refused + usize::from(is_full));
        }
    }
    assert!(
        refused > 1_000 && tried > 2 * refused,
        "{refused} of {tried}"
    );
}

/// L1, L7: once the caller of a body has its result, the thread of that body is free for a call that will not wait, and no other is,
/// though a body runs in place.
#[test]
fn a_call_in_place_meets_one_that_will_not_wait() {
    check(Some(3), || {
        let spawner = Spawner::new([]);
        let lane = Lane::new(spawner.clone(), 1, Arc::default());
        let waits = begin_wait(Some(Arc::clone(&lane) as _), None, 0);
        let (ends, next) = (Arc::new(Trial::idle()), Arc::new(Trial::idle()));
        let accepted = Arc::new(AtomicBool::new(false));
        let (before, after, to) = (Arc::clone(&ends), Arc::clone(&next), Arc::clone(&lane));
        let says = Arc::clone(&accepted);
        let tries = Trial::new(move |_| {
            assert!(before.outcome().is_ok());
            let tried = to.try_submit(CallWork::new(&after), JobOrder::default(), 0);
            says.store(tried.is_ok(), SeqCst);
        });
        lane.submit(CallWork::new(&ends));
        lane.submit(CallWork::new(&tries));
        // Or the runner comes first, and its body has the only place.
        let in_place = Arc::clone(&lane).run_offered(&tries.job);
        assert!(tries.outcome().is_ok());
        assert_eq!(accepted.load(SeqCst), in_place);
        assert!(!in_place || next.outcome().is_ok());
        waits.end();
        spawner.settle();
        assert_eq!(lane.stats().running, 0);
    });
}
