//! Dropped or cancelled before the body starts: it never does, and its place goes to the next.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use offload_tests::{Drops, Key, Seed, Shelf, gate, in_time, one_slot, run_on};
use tokio_offload::{Error, run};

/// C1: and what it would have taken along is dropped with it.
#[test]
fn a_call_dropped_before_the_first_poll_never_runs() {
    let (started, drops) = (Arc::new(AtomicUsize::new(0)), Drops::default());
    let counted = Arc::clone(&started);
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.on_thread_start(move || {
        counted.fetch_add(1, SeqCst);
    });
    let runtime = runtime.build().unwrap();
    runtime.block_on(async {
        let probe = drops.probe();
        drop(run(move || panic!("{probe:?}")));
        assert_eq!(drops.count(), 1);
        let probe = drops.probe();
        drop(run(move || panic!("{probe:?}")).outcome());
        assert_eq!(drops.count(), 2);
        assert_eq!(
            tokio::runtime::Handle::current()
                .metrics()
                .num_alive_tasks(),
            0
        );
    });
    drop(runtime);
    assert_eq!(started.load(SeqCst), 0);
}

/// Holds the only thread of a runtime, which must be entered.
fn hold_the_thread() -> (tokio_offload::Offload<()>, Key) {
    let (gate, key) = gate();
    let call = run(move || gate.pass()).start();
    key.await_body();
    (call, key)
}

/// C2, R9: its captures go at once, and the next in the queue runs.
#[test]
fn a_call_dropped_in_the_queue_never_runs() {
    in_time(|| {
        one_slot().block_on(async {
            let (holder, key) = hold_the_thread();
            let drops = Drops::default();
            let probe = drops.probe();
            let waiting = run(move || panic!("{probe:?}")).start();
            let next = run(|| 3).start();
            drop(waiting);
            assert_eq!(drops.count(), 1);
            key.open();
            holder.await;
            assert_eq!(next.await, 3);
        });
    });
}

/// C16: in any order, by dropping or by `cancel`.
#[test]
fn cancelling_queued_calls_leaves_the_others() {
    in_time(|| {
        one_slot().block_on(async {
            let mut seed = Seed::new(16);
            for _ in 0..50 {
                let (holder, key) = hold_the_thread();
                let ran = Arc::new(Mutex::new(Vec::new()));
                let note = |n| {
                    let ran = Arc::clone(&ran);
                    run(move || ran.lock().unwrap().push(n)).start()
                };
                let mut calls: Vec<_> = (0..12).map(|n| (n, note(n))).collect();
                let mut cancelled = Vec::new();
                for _ in 0..6 {
                    let at = seed.index(calls.len());
                    let (_, call) = calls.remove(at);
                    if seed.below(2) == 0 {
                        call.cancel();
                        cancelled.push(call);
                    }
                }
                key.open();
                holder.await;
                let left: Vec<_> = calls.iter().map(|(n, _)| *n).collect();
                for (_, call) in calls {
                    call.await;
                }
                for call in cancelled {
                    assert!(matches!(call.outcome().await, Err(Error::Cancelled)));
                }
                assert_eq!(*ran.lock().unwrap(), left);
            }
        });
    });
}

/// C3: the executor has the job in its hands and may know.
#[test]
fn a_call_dropped_after_its_executor_took_it_never_runs() {
    let (shelf, drops) = (Shelf::default(), Drops::default());
    let probe = drops.probe();
    let call = run_on(&shelf, move || panic!("{probe:?}")).start();
    let job = shelf.take();
    assert!(!job.is_abandoned());
    drop(call);
    assert_eq!(drops.count(), 1);
    assert!(job.is_abandoned());
    job.run();
}
