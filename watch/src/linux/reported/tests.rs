//! What is made of a reported thread that is looked at again.

use super::{AllReported, Execution, Reported, State, Stay, Tid};

fn reported(state: State) -> Reported {
    Reported::new((1, state), (0, &[]), (true, true))
}

fn waits(syscall: i64, sp: u64, switches: u64) -> State {
    State::now(Execution::Sleeping { syscall, sp, pc: 2 }, switches)
}

#[test]
fn who_has_gone_to_sleep_again_has_moved() {
    let mut reported = reported(waits(202, 1, 7));
    assert!(reported.is_still(&waits(202, 1, 7)));
    assert!(!reported.is_still(&waits(202, 1, 8)));
    assert!(!reported.is_still(&State::now(Execution::Running, 7)));
}

#[test]
fn who_computes_has_moved_when_it_sleeps() {
    let mut reported = reported(State::now(Execution::Running, 7));
    assert!(reported.is_still(&State::now(Execution::Running, 9)));
    assert!(!reported.is_still(&waits(202, 1, 9)));
}

#[test]
fn who_was_woken_because_all_stood_still_waits_for_the_same() {
    let mut reported = reported(waits(202, 1, 7));
    reported.was_woken = true;
    assert!(
        reported.is_still(&State::now(Execution::Running, 8)),
        "on its way"
    );
    assert!(reported.is_still(&waits(219, 1, 9)));
    assert!(reported.is_still(&waits(219, 1, 9)));
    assert!(!reported.is_still(&waits(219, 1, 10)), "woken by another");
}

#[test]
fn who_was_seen_while_it_went_to_sleep_again_waits_for_the_same() {
    let mut reported = reported(waits(202, 1, 7));
    reported.was_woken = true;
    assert!(reported.is_still(&waits(202, 1, 8)), "not quite asleep");
    assert!(reported.is_still(&waits(202, 1, 9)));
    assert!(reported.is_still(&waits(202, 1, 9)));
    assert!(!reported.is_still(&waits(202, 1, 10)), "woken by another");
}

#[test]
fn who_waits_elsewhere_after_all_stood_still_has_moved() {
    let mut reported = reported(waits(202, 1, 7));
    reported.was_woken = true;
    assert!(!reported.is_still(&waits(202, 5, 9)));
}

fn stay(worker: usize, number: u64) -> Stay {
    Stay { worker, number }
}

const NONE: fn(Tid) -> bool = |_| false;

/// Two threads that were reported, each of which may be either worker. The first is taken for the first.
fn two() -> AllReported {
    let both = [stay(0, 7), stay(1, 7)];
    let mut all = AllReported::default();
    for (tid, worker) in [(1, 0), (2, 1)] {
        all.insert(Reported::new(
            (tid, waits(202, 1, 7)),
            (worker, &both),
            (true, true),
        ));
    }
    all
}

/// The first has slept while the worker that it was taken for returned, so it is the other.
#[test]
fn who_slept_while_its_worker_returned_is_taken_for_another() {
    let mut all = two();
    let state = |tid| Some(waits(202, 1, if tid == 1 { 7 } else { 8 }));
    assert_eq!(
        all.pass(state, |stay| stay.worker == 1, NONE),
        [],
        "none is free"
    );
    assert_eq!(all.workers().collect::<Vec<_>>(), [1]);
    assert!(all.is_still(1, &waits(202, 1, 7)) && all.has_slept(1));
    let gone_on = |_| Some(waits(202, 1, 9));
    assert_eq!(all.pass(gone_on, |stay| stay.worker == 1, NONE), [1]);
    assert_eq!(all.workers().count(), 0);
}

#[test]
fn who_goes_on_is_forgotten_and_its_worker_free() {
    let mut all = two();
    let state = |tid| (tid == 1).then(|| waits(202, 1, 7));
    assert_eq!(all.pass(state, |_| true, NONE), [1], "the other has ended");
    assert!(!all.is_still(2, &waits(202, 1, 7)));
    // It sleeps while all return that it may be: it is of another runtime.
    assert_eq!(all.pass(state, |_| false, NONE), []);
    assert!(all.is_still(1, &waits(202, 1, 7)) && all.workers().count() == 0);
}

/// What is known of it holds if it sleeps while others return.
#[test]
fn who_has_gone_on_is_looked_at_while_something_is_known_of_it() {
    let mut all = two();
    let known = |tid| tid == 1;
    let state = |switches| move |_| Some(waits(202, 1, switches));
    assert_eq!(all.pass(state(8), |_| true, known), [0, 1]);
    assert!(!all.has_slept(1) && !all.is_still(1, &waits(202, 1, 8)));
    for has_slept in [false, true] {
        assert_eq!(all.pass(state(8), |_| true, known), []);
        assert_eq!((all.has_slept(1), all.has_slept(2)), (has_slept, false));
    }
    all.pass(state(8), |_| true, NONE);
    assert!(!all.has_slept(1));
}

/// It may be the worker that has returned, and compute again.
#[test]
fn who_computes_is_looked_at_again_when_its_worker_has_returned() {
    let mut all = AllReported::default();
    let computes = || State::now(Execution::Running, 7);
    all.insert(Reported::new(
        (1, computes()),
        (0, &[stay(0, 7)]),
        (true, true),
    ));
    assert_eq!(all.pass(|_| Some(computes()), |_| true, NONE), []);
    assert!(all.is_still(1, &computes()) && !all.has_slept(1));
    assert_eq!(all.pass(|_| Some(computes()), |_| false, NONE), []);
    assert!(!all.is_still(1, &computes()));
}

/// It is examined only when it stays somewhere.
#[test]
fn who_goes_on_all_the_time_is_let_go_on() {
    let mut all = AllReported::default();
    let state = |switches| move |_| Some(waits(202, 1, switches));
    let thread = (1, waits(202, 1, 7));
    all.insert(Reported::new(thread, (0, &[stay(0, 7)]), (false, true)));
    for switches in 8..20 {
        assert_eq!(all.pass(state(switches), |_| true, NONE), []);
        assert_eq!(all.workers().collect::<Vec<_>>(), [0]);
    }
    assert_eq!(all.pass(state(19), |_| true, NONE), [0]);
}

/// It may have returned right before it was reported.
#[test]
fn who_has_just_gone_on_counts_as_one_that_sleeps_from_the_next_look_on() {
    let mut all = AllReported::default();
    let state = |_: Tid| Some(waits(202, 1, 7));
    let thread = (1, waits(202, 1, 7));
    all.insert(Reported::new(thread, (0, &[stay(0, 7)]), (false, true)));
    assert_eq!(all.pass(state, |_| true, NONE), []);
    assert!(!all.has_slept(1) && all.is_still(1, &waits(202, 1, 7)));
    assert_eq!(all.pass(state, |_| true, NONE), []);
    assert!(all.has_slept(1));
}
