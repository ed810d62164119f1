//! Tests of threads that could run: whether they did.

use std::time::{Duration, Instant};

use super::{Activity, Execution, How, State, most_telling};

const LIMIT: Duration = Duration::from_millis(100);

fn running(state: &State, before: Option<&State>) -> Activity {
    super::running(state, before, LIMIT)
}

/// The state of a thread that could run at `at`, with the times that the kernel counts, in milliseconds.
fn state(start: Instant, (at, cpu, waited): (u64, u64, u64)) -> State {
    State {
        at: start + Duration::from_millis(at),
        execution: Execution::Running,
        switches: 1,
        cpu: Duration::from_millis(cpu),
        waited: Duration::from_millis(waited),
        is_stopped: false,
    }
}

#[test]
fn a_thread_that_got_no_processor_does_not_compute() {
    let start = Instant::now();
    let before = state(start, (0, 10, 10));
    let seen = |at, cpu, waited| running(&state(start, (at, cpu, waited)), Some(&before));
    let computing = seen(100, 105, 15);
    assert_eq!((computing.how, computing.is_still), (How::Computing, true));
    // The thread is throttled, or behind others: the kernel counts nothing while it waits.
    for starved in [seen(100, 20, 100), seen(100, 20, 10)] {
        let how = How::NotScheduled { percent: 90 };
        assert_eq!((starved.how, starved.is_still), (how, true));
    }
}

#[test]
fn too_short_a_look_says_nothing_of_a_thread_that_could_run() {
    let start = Instant::now();
    let before = state(start, (0, 10, 10));
    let short = running(&state(start, (10, 10, 10)), Some(&before));
    assert_eq!((short.how, short.is_still), (How::Computing, false));
    let first = running(&before, None);
    assert_eq!((first.how, first.is_still), (How::Computing, false));
    assert!(short.is_early && first.is_early);
}

#[test]
fn a_thread_that_has_slept_meanwhile_has_not_computed_all_the_time() {
    let start = Instant::now();
    let before = state(start, (0, 10, 10));
    let slept = State {
        switches: 2,
        ..state(start, (100, 10, 10))
    };
    let seen = running(&slept, Some(&before));
    assert_eq!((seen.how, seen.is_still), (How::Computing, false));
    assert!(!seen.is_early, "a later look would see no more");
    let starved = State {
        switches: 2,
        ..state(start, (100, 20, 80))
    };
    let seen = running(&starved, Some(&before));
    assert_eq!(seen.how, How::NotScheduled { percent: 87 });
}

#[test]
fn a_short_time_without_a_processor_is_not_held_against_the_machine() {
    let start = Instant::now();
    let before = state(start, (0, 10, 10));
    let seen = |at, cpu, waited| running(&state(start, (at, cpu, waited)), Some(&before));
    for short in [seen(10, 10, 10), seen(25, 15, 30), seen(99, 50, 69)] {
        assert!(short.is_early, "{short:?}");
    }
    let soon = How::NotScheduled { percent: 100 };
    assert_eq!(
        seen(99, 10, 10).how,
        soon,
        "it is what the next look may tell"
    );
    let half = seen(100, 61, 59);
    assert_eq!((half.how, half.is_still), (How::Computing, true));
    let less = seen(100, 50, 70);
    assert_eq!(less.how, How::NotScheduled { percent: 60 });
}

#[test]
fn what_had_a_processor_for_the_limit_computes_however_long_it_waited() {
    let start = Instant::now();
    let before = state(start, (0, 10, 10));
    let seen = |cpu| running(&state(start, (4_000, cpu, 3_900)), Some(&before));
    assert_eq!(seen(109).how, How::NotScheduled { percent: 97 });
    let long = seen(110);
    assert_eq!((long.how, long.is_still), (How::Computing, true));
}

#[test]
fn of_threads_that_may_be_the_worker_one_without_a_processor_comes_first() {
    let of = |how, is_still| Activity {
        how,
        is_still,
        is_early: false,
    };
    let short = (of(How::Computing, false), 1);
    let long = (of(How::Computing, true), 2);
    let starved = (of(How::NotScheduled { percent: 90 }, true), 3);
    let chosen = |seen: &[_]| most_telling(seen).map(|it| it.map(|it| it.1));
    assert_eq!(chosen(&[]), [None, None]);
    assert_eq!(chosen(&[long, short]), [Some(2), None]);
    assert_eq!(chosen(&[short, long, starved]), [Some(3), Some(2)]);
    assert_eq!(chosen(&[starved]), [Some(3), None]);
}
