//! Two waits between which no counter of tokio changes. Each place is reported, and once, also if the tick that reports the first is slow.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Mutex,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use tokio_offload_watch::{Blocked, How, on_blocked};

use super::support::{LIMIT, LONG, alone, reports, wait_for, wait_until_parked, workers};

/// Each wait announces its start and spawns the next one, at another place, which the worker polls at once.
fn stay(
    mut ends: Vec<Receiver<()>>,
    begins: Sender<()>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        if let Some(ended) = ends.pop() {
            _ = begins.send(());
            let ends_left = !ends.is_empty();
            tokio::spawn(stay(ends, begins));
            if ends_left {
                first(&ended);
            } else {
                second(&ended);
            }
        }
    })
}

/// Uses a processor for that time, without sleeping.
fn compute(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

#[test]
fn a_wait_that_begins_while_the_one_before_is_told() {
    wait_while_told(compute);
}

/// As where a log is written to a slow disk.
#[test]
fn a_wait_that_begins_while_the_function_for_reports_blocks() {
    wait_while_told(thread::sleep);
}

/// The function for reports is in `tells` when the second wait begins.
fn wait_while_told(tells: fn(Duration)) {
    let _alone = alone();
    let runtime = workers(1);
    let (begins, begun) = mpsc::channel();
    let (end_of_second, second) = mpsc::channel();
    let (end_of_first, first) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let first_one = Mutex::new(Some((begun, end_of_first)));
    let hear = move |report: &Blocked| {
        if matches!(report.how, How::NotScheduled { .. }) {
            return;
        }
        if let Some((begun, end)) = first_one.lock().unwrap().take() {
            _ = begun.recv();
            drop(end);
            // The second wait begins, and the tick takes long.
            _ = begun.recv();
            tells(LIMIT * 4);
        }
        _ = tell.send(());
    };
    let inside = runtime.enter();
    on_blocked(LIMIT, hear).unwrap();
    drop(inside);
    runtime.spawn(stay(vec![second, first], begins));
    for _ in 0..2 {
        told.recv_timeout(LONG).expect("both are told");
    }
    drop(end_of_second);
}

#[inline(never)]
fn first(ended: &Receiver<()>) {
    _ = ended.recv();
}

#[inline(never)]
fn second(ended: &Receiver<()>) {
    _ = ended.recv();
}

/// The counters of tokio stay as they are between the two, so they are one episode. What it is about is told all the same.
#[test]
fn two_waits_in_one_poll_are_told_each() {
    let _alone = alone();
    let runtime = workers(1);
    let told = reports(&runtime);
    let (end_of_first, first_ends) = mpsc::channel();
    let (end_of_second, second_ends) = mpsc::channel();
    let task = runtime.spawn(async move {
        first(&first_ends);
        second(&second_ends);
    });
    let is_named = |name: &str| {
        let report = wait_for(&told);
        let function = report.function.as_deref().unwrap_or_default();
        assert!(function.ends_with(name), "{report:#?}");
    };
    is_named("::first");
    drop(end_of_first);
    is_named("::second");
    drop(end_of_second);
    runtime.block_on(task).unwrap();
}

#[inline(never)]
fn for_some_time(ended: &Receiver<()>, time: Duration) {
    _ = ended.recv_timeout(time);
}

/// The second wait is long enough for a report.
#[test]
fn a_place_is_told_once_while_its_worker_stays_away() {
    let _alone = alone();
    let runtime = workers(1);
    let told = reports(&runtime);
    let (end_of_first, first_ends) = mpsc::channel();
    let (end_of_second, second_ends) = mpsc::channel();
    let task = runtime.spawn(async move {
        for time in [LONG, LIMIT * 20] {
            for_some_time(&first_ends, time);
        }
        second(&second_ends);
    });
    let next = || wait_for(&told).function.unwrap_or_default();
    assert!(next().ends_with("::for_some_time"));
    // The first wait ends with this, and the second after its time.
    end_of_first.send(()).unwrap();
    let then = next();
    assert!(then.ends_with("::second"), "{then}");
    drop((end_of_first, end_of_second));
    runtime.block_on(task).unwrap();
}

#[inline(never)]
fn third(ended: &Receiver<()>) {
    _ = ended.recv();
}

/// Which thread belongs to which worker is a guess at first, and what it means that one worker returns depends on it.
#[test]
fn a_wait_is_told_once_while_another_worker_returns() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let wait_at = |place: fn(&Receiver<()>)| {
        let (end, ended) = mpsc::channel();
        (end, runtime.spawn(async move { place(&ended) }))
    };
    // What is told of more threads than workers has no name.
    let next = || wait_for(&told).function.unwrap_or_default();
    let mut rounds = 0;
    while rounds < 6 {
        let both = [first, second].map(wait_at);
        let names = [next(), next()];
        let [(end, stays), (end_of_other, returns)] = both;
        drop(end_of_other);
        runtime.block_on(returns).unwrap();
        if names.iter().all(|name| !name.is_empty()) {
            rounds += 1;
            for _ in 0..4 {
                let (end, task) = wait_at(third);
                let name = next();
                assert!(name.ends_with("::third"), "{name} after {names:?}");
                drop(end);
                runtime.block_on(task).unwrap();
                wait_until_parked(&runtime, 1);
            }
        }
        drop(end);
        runtime.block_on(stays).unwrap();
        wait_until_parked(&runtime, 2);
        while told.try_recv().is_ok() {}
    }
}
