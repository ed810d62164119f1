//! The end of a runtime: running bodies are told, waiting ones never start, and every caller learns of it.

use std::{
    future::pending,
    sync::{Arc, atomic::Ordering::SeqCst, mpsc},
    thread,
    time::Duration,
};

use offload_tests::{
    Drops, Wakes, current_thread, drive, gate, in_time, multi_thread, one_slot, poll_once, rounds,
};
use tokio::runtime::{Builder, Runtime};
use tokio_offload::{Error, Offload, block_on, check_cancelled, is_cancelled, on_cancel, run};

/// A body that ends when it is told to, and what it was told.
fn until_told(runtime: &Runtime) -> Offload<bool> {
    let _entered = runtime.enter();
    let (gate, key) = gate();
    let call = run(move || {
        gate.pass();
        while !is_cancelled() {
            thread::yield_now();
        }
        matches!(check_cancelled(), Err(Error::Shutdown))
    });
    let call = call.start();
    key.await_body();
    call
}

/// S7: and their values still arrive.
#[test]
fn dropping_a_runtime_tells_running_bodies() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let call = until_told(&runtime);
            drop(runtime);
            assert!(drive(call));
        }
    });
}

/// S7: actions run, also for a detached body.
#[test]
fn dropping_a_runtime_runs_the_actions_of_its_bodies() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let (tell, heard) = mpsc::channel();
            let (gate, key) = gate();
            let entered = runtime.enter();
            run(move || {
                let (stop, stopped) = mpsc::channel();
                on_cancel(move || stop.send(()).unwrap()).unwrap();
                gate.pass();
                stopped.recv().unwrap();
                tell.send(is_cancelled()).unwrap();
            })
            .detach();
            drop(entered);
            key.await_body();
            key.open();
            drop(runtime);
            assert!(heard.recv().unwrap());
        }
    });
}

/// S7.
#[test]
fn shutting_down_in_the_background_tells_running_bodies() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let call = until_told(&runtime);
            runtime.shutdown_background();
            assert!(drive(call));
        }
    });
}

/// S7, S10: the threads end with their bodies.
#[test]
fn the_threads_end_with_their_bodies() {
    in_time(|| {
        let (stop, stopped) = mpsc::channel();
        let mut builder = Builder::new_current_thread();
        builder.on_thread_stop(move || stop.send(()).unwrap());
        let runtime = builder.build().unwrap();
        let call = until_told(&runtime);
        runtime.shutdown_background();
        stopped.recv().expect("the thread of the body ends");
        assert!(drive(call));
    });
}

/// A body at a gate on the only thread, and a call that waits behind it with `probe`.
fn one_running_one_waiting(drops: &Drops) -> (Runtime, offload_tests::Key, Offload<()>) {
    let runtime = one_slot();
    let entered = runtime.enter();
    let (gate, key) = gate();
    run(move || gate.pass()).detach();
    key.await_body();
    let probe = drops.probe();
    let waiting = run(move || panic!("{probe:?}")).start();
    drop(entered);
    (runtime, key, waiting)
}

/// S8, S3: no body that waits is started, its captures are dropped, its awaiter wakes.
#[test]
fn waiting_calls_end_as_shut_down() {
    in_time(|| {
        let drops = Drops::default();
        let (runtime, key, waiting) = one_running_one_waiting(&drops);
        let wakes = Arc::new(Wakes::default());
        let mut waiting = waiting.outcome();
        assert!(poll_once(&mut waiting, &wakes).is_pending());
        runtime.shutdown_background();
        assert!(matches!(drive(waiting), Err(Error::Shutdown)));
        assert_eq!((drops.count(), wakes.0.load(SeqCst)), (1, 1));
        key.open();
    });
}

/// S3: also when the running body stops because it is told to, and leaves its thread.
#[test]
fn a_body_that_stops_makes_no_room_for_a_waiting_call() {
    in_time(|| {
        for round in rounds(2_000) {
            let runtime = one_slot();
            let entered = runtime.enter();
            let (gate, key) = gate();
            let running = run(move || {
                let waiting = async {
                    gate.pass();
                    pending::<()>().await;
                };
                block_on(waiting).is_err()
            });
            let running = running.start();
            key.await_body();
            key.open();
            let waiting = run(|| panic!("started")).start();
            drop(entered);
            if round % 2 == 0 {
                drop(runtime);
            } else {
                runtime.shutdown_background();
            }
            assert!(drive(running));
            let outcome: Result<(), _> = drive(waiting.outcome());
            assert!(matches!(outcome, Err(Error::Shutdown)), "{outcome:?}");
        }
    });
}

/// S3: the same for a runtime that waits for its threads.
#[test]
fn waiting_calls_end_before_the_running_ones() {
    in_time(|| {
        let drops = Drops::default();
        let (runtime, key, waiting) = one_running_one_waiting(&drops);
        let dropping = thread::spawn(move || drop(runtime));
        assert!(matches!(drive(waiting.outcome()), Err(Error::Shutdown)));
        assert_eq!(drops.count(), 1);
        key.open();
        dropping.join().unwrap();
    });
}

/// S3: and for one that waits for a while.
#[test]
fn shutdown_timeout_starts_no_waiting_call() {
    in_time(|| {
        let drops = Drops::default();
        let (runtime, key, waiting) = one_running_one_waiting(&drops);
        runtime.shutdown_timeout(Duration::from_millis(1));
        key.open();
        assert!(matches!(drive(waiting.outcome()), Err(Error::Shutdown)));
        assert_eq!(drops.count(), 1);
    });
}

/// S3: waiting calls that are detached have nobody to tell, and never run either.
#[test]
fn detached_calls_that_wait_are_dropped() {
    in_time(|| {
        let drops = Drops::default();
        let (runtime, key, waiting) = one_running_one_waiting(&drops);
        waiting.detach();
        runtime.shutdown_background();
        key.open();
        assert_eq!(drops.count(), 1);
    });
}

/// S8: an awaiting task of another runtime learns of it.
#[test]
fn an_awaiter_in_another_runtime_learns_of_it() {
    in_time(|| {
        let drops = Drops::default();
        let (runtime, key, waiting) = one_running_one_waiting(&drops);
        let other = multi_thread();
        let task = other.spawn(waiting.outcome());
        runtime.shutdown_background();
        let outcome = other.block_on(task).unwrap();
        assert!(matches!(outcome, Err(Error::Shutdown)));
        key.open();
    });
}
