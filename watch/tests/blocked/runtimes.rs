//! Several runtimes, and runtimes that have ended.

use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use tokio_offload_watch::on_blocked;

use super::support::{
    LIMIT, LONG, alone, blocks, is_quiet, reports, single, wait_for, wait_until_parked, workers,
};

#[test]
fn a_watch_ends_with_its_runtime() {
    let _alone = alone();
    let runtime = workers(1);
    let told = reports(&runtime);
    drop(runtime);
    // The watch held the other end of the channel.
    assert_eq!(
        told.recv_timeout(LONG),
        Err(mpsc::RecvTimeoutError::Disconnected)
    );
}

#[test]
fn the_workers_of_a_runtime_that_has_ended_are_not_stuck() {
    let _alone = alone();
    let ended = workers(2);
    let told = reports(&ended);
    let other = workers(2);
    let (end, blocked) = mpsc::channel::<()>();
    let (tell, is_there) = mpsc::channel();
    let culprit = other.spawn(async move {
        tell.send(()).unwrap();
        _ = blocked.recv();
    });
    is_there.recv().unwrap();
    drop(ended);
    assert_eq!(
        told.recv_timeout(LONG),
        Err(mpsc::RecvTimeoutError::Disconnected)
    );
    drop(end);
    other.block_on(culprit).unwrap();
}

#[test]
fn a_watch_sees_its_own_runtime_only() {
    let _alone = alone();
    let (quiet, blocked) = (workers(2), workers(2));
    let (told_of_quiet, told_of_blocked) = (reports(&quiet), reports(&blocked));
    let (end, ended) = mpsc::channel::<()>();
    let culprit = blocked.spawn(async move { _ = ended.recv() });
    wait_for(&told_of_blocked);
    thread::sleep(LIMIT * 4);
    drop(end);
    blocked.block_on(culprit).unwrap();
    assert!(is_quiet(&told_of_quiet));
}

#[test]
fn threads_of_two_runtimes_are_both_listed_when_nobody_can_tell_them_apart() {
    let _alone = alone();
    // A second worker without a processor would be one more that blocks.
    let (one, two) = (workers(1), workers(1));
    // The other runtime is not watched. Both workers sleep before the watch begins.
    let ((end, first), (end_of_other, of_other)) = (blocks(&one), blocks(&two));
    let told = reports(&one);
    let report = wait_for(&told);
    assert_eq!(
        (report.one_of.len(), &report.function),
        (2, &None),
        "{report:#?}"
    );
    // When it is clear who it is, that is told too.
    drop(end_of_other);
    two.block_on(of_other).unwrap();
    let report = wait_for(&told);
    let function = report.function.as_deref().unwrap_or_default();
    assert!(function.contains("support::blocks"), "{report:#?}");
    drop(end);
    one.block_on(first).unwrap();
    assert!(is_quiet(&told));
}

#[test]
fn a_second_watch_takes_the_place_of_the_first_and_zero_ends_it() {
    let _alone = alone();
    let runtime = workers(1);
    let (first, second) = (reports(&runtime), reports(&runtime));
    assert_eq!(
        first.recv_timeout(LONG),
        Err(mpsc::RecvTimeoutError::Disconnected)
    );
    let _inside = runtime.enter();
    on_blocked(Duration::ZERO, |_| ()).unwrap();
    assert_eq!(
        second.recv_timeout(LONG),
        Err(mpsc::RecvTimeoutError::Disconnected)
    );
}

#[test]
fn nothing_is_watched_outside_of_a_runtime() {
    on_blocked(LIMIT, |_| ()).unwrap_err();
}

/// Panics when it is dropped, in a panic of its own.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        std::panic::resume_unwind(Box::new(Self));
    }
}

#[test]
fn a_listener_that_panics_hears_of_the_next_one_too() {
    hears_twice(|| std::panic::resume_unwind(Box::new("a listener of somebody's")));
}

#[test]
fn a_listener_whose_panic_panics_again_hears_of_the_next_one_too() {
    hears_twice(|| std::panic::resume_unwind(Box::new(Bomb)));
}

fn hears_twice(panics: impl Fn() + Send + 'static) {
    let _alone = alone();
    let runtime = workers(1);
    let (tell, told) = mpsc::channel();
    let _inside = runtime.enter();
    let hear = move |_: &_| {
        tell.send(()).unwrap();
        panics();
    };
    on_blocked(LIMIT, hear).unwrap();
    for _ in 0..2 {
        let (end, ended) = mpsc::channel::<()>();
        let culprit = runtime.spawn(async move { _ = ended.recv() });
        told.recv_timeout(LONG).unwrap();
        drop(end);
        runtime.block_on(culprit).unwrap();
        wait_until_parked(&runtime, 1);
    }
}

/// The runtime drops what stands for a watch only when a worker comes back to it. Nothing may be told until then.
#[test]
fn a_watch_that_was_ended_in_a_poll_tells_nothing_of_it() {
    let _alone = alone();
    let runtime = single();
    let (tell, told) = mpsc::channel();
    runtime.block_on(async {
        let first = tell.clone();
        on_blocked(LIMIT, move |_| first.send("replaced").unwrap()).unwrap();
        on_blocked(LIMIT, move |_| tell.send("ended").unwrap()).unwrap();
        on_blocked(Duration::ZERO, |_| ()).unwrap();
        // Both watches are over when nobody can tell any more.
        let ended = told.recv_timeout(LONG);
        assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
    });
}

#[test]
fn several_stuck_workers_are_told_each() {
    let _alone = alone();
    let runtime = workers(3);
    let told = reports(&runtime);
    let gate = Arc::new(std::sync::Barrier::new(3));
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let gate = Arc::clone(&gate);
            runtime.spawn(async move {
                gate.wait();
            })
        })
        .collect();
    let (one, two) = (wait_for(&told), wait_for(&told));
    assert_ne!(one.worker, two.worker);
    for report in [one, two] {
        assert!(
            report
                .calls
                .as_deref()
                .is_some_and(|calls| calls.contains("wait")),
            "{report:#?}"
        );
    }
    gate.wait();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    assert!(is_quiet(&told));
}

/// A worker that was reported and still waits is not confused with the next one that blocks.
#[test]
fn a_second_worker_is_named_while_the_first_still_waits() {
    let _alone = alone();
    let runtime = workers(3);
    let told = reports(&runtime);
    let mut ends = Vec::new();
    let mut tasks = Vec::new();
    for _ in 0..2 {
        let (end, ended) = mpsc::channel::<()>();
        tasks.push(runtime.spawn(async move { _ = ended.recv() }));
        ends.push(end);
        let report = wait_for(&told);
        let named = report.calls.as_deref().unwrap_or_default().contains("recv");
        if !named {
            ends.clear();
        }
        assert!(named, "{report:#?}");
    }
    drop(ends);
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    assert!(is_quiet(&told));
}
