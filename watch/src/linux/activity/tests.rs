//! Tests of threads that could run: whether they did.

use std::time::{Duration, Instant};

use super::{How, Place, State, running};

/// The state of a thread that could run at `at`, with the times that the kernel counts, in milliseconds.
fn state(start: Instant, (at, cpu, waited): (u64, u64, u64)) -> State {
    State {
        at: start + Duration::from_millis(at),
        place: Place::Running,
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
