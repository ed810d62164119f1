//! S7: whatever is going on when a runtime ends, nothing is printed and no pool thread panics.

use std::{
    future::{Future, pending, poll_fn},
    sync::mpsc,
    thread,
    time::Duration,
};

use offload_tests::{child, current_thread, gate, multi_thread, one_slot, rounds};
use tokio::runtime::Runtime;
use tokio_offload::{block_on, is_cancelled, on_cancel, run};

fn silent(test: &str) {
    let output = child(test);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "");
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("1 passed"), "{report}");
}

/// S7.
#[test]
fn a_busy_runtime_is_dropped() {
    silent("calls::runtime_ends_quietly::child_drops");
}

#[test]
#[ignore = "run in a process of its own"]
fn child_drops() {
    for round in rounds(300) {
        let runtime = runtime(round);
        busy(&runtime);
        drop(runtime);
    }
}

/// S7.
#[test]
fn a_busy_runtime_is_shut_down_in_the_background() {
    silent("calls::runtime_ends_quietly::child_shuts_down");
}

#[test]
#[ignore = "run in a process of its own"]
fn child_shuts_down() {
    for round in rounds(300) {
        let runtime = runtime(round);
        busy(&runtime);
        runtime.shutdown_background();
    }
}

/// S7: a process that ends in the midst of it.
#[test]
fn a_process_ends_with_bodies_running() {
    silent("calls::runtime_ends_quietly::child_leaves");
}

#[test]
#[ignore = "run in a process of its own"]
fn child_leaves() {
    let runtime = multi_thread();
    let _entered = runtime.enter();
    for _ in 0..8 {
        let (gate, key) = gate();
        run(move || gate.pass()).detach();
        key.await_body();
        std::mem::forget(key);
    }
    std::mem::forget(runtime);
}

/// S7, X6: bodies that sleep in `block_on` when the clock stops under them.
#[test]
fn bodies_wait_for_a_timer_of_a_runtime_that_ends() {
    silent("calls::runtime_ends_quietly::child_sleeps");
}

#[test]
#[ignore = "run in a process of its own"]
fn child_sleeps() {
    for round in rounds(300) {
        let runtime = runtime(round);
        let entered = runtime.enter();
        let (tell, told) = mpsc::channel();
        run(move || {
            let mut nap = Box::pin(tokio::time::sleep(Duration::from_secs(3600)));
            let mut tell = Some(tell);
            let _ = block_on(poll_fn(|cx| {
                // The clock may stop from the moment the nap is known to it, not before.
                let end = nap.as_mut().poll(cx);
                let _ = tell.take().map(|tell| tell.send(()));
                end
            }));
        })
        .detach();
        drop(entered);
        told.recv().unwrap();
        drop(runtime);
    }
}

fn runtime(round: u64) -> Runtime {
    match round % 3 {
        0 => current_thread(),
        1 => multi_thread(),
        _ => one_slot(),
    }
}

/// Calls in every state: waiting, running, blocked, with actions, dropped, detached.
fn busy(runtime: &Runtime) {
    let _entered = runtime.enter();
    for _ in 0..3 {
        run(|| ()).detach();
        run(move || {
            let _ = on_cancel(|| ());
            while !is_cancelled() {
                thread::yield_now();
            }
        })
        .detach();
        run(|| {
            let _ = block_on(pending::<()>());
        })
        .detach();
        run(|| {
            let _ = block_on(run(|| ()));
        })
        .detach();
        drop(run(thread::yield_now).start());
    }
}
