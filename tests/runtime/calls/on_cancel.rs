//! C10: what a body leaves with `on_cancel` runs once, or never, and holds nobody up.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
};

use offload_tests::{Drops, Key, Seed, current_thread, gate, in_time, one_slot, rounds};
use tokio_offload::{Offload, is_cancelled, on_cancel, run};

/// A body at a gate that has left an action which sends `()`.
fn with_action() -> (Offload<()>, Key, mpsc::Receiver<thread::ThreadId>) {
    let (ran, runs) = mpsc::channel();
    let (gate, key) = gate();
    let call = run(move || {
        on_cancel(move || ran.send(thread::current().id()).unwrap()).unwrap();
        gate.pass();
    });
    let call = call.start();
    key.await_body();
    (call, key, runs)
}

/// C10.
#[test]
fn on_cancel_runs_once_for_several_cancels() {
    in_time(|| {
        current_thread().block_on(async {
            let (call, key, runs) = with_action();
            call.cancel();
            call.cancel();
            drop(call);
            assert_ne!(runs.recv().unwrap(), thread::current().id());
            key.open();
            run(|| ()).await;
            assert!(runs.recv().is_err());
        });
    });
}

/// C10.
#[test]
fn on_cancel_never_runs_when_the_body_ends_first() {
    in_time(|| {
        one_slot().block_on(async {
            let (mut call, key, runs) = with_action();
            key.open();
            (&mut call).await;
            call.cancel();
            drop(call);
            assert!(runs.recv().is_err());
        });
    });
}

/// C10.
#[test]
fn on_cancel_is_dropped_unrun_when_the_body_panics() {
    in_time(|| {
        one_slot().block_on(async {
            let drops = Drops::default();
            let probe = drops.probe();
            let call = run(move || {
                on_cancel(move || panic!("{probe:?}")).unwrap();
                std::panic::resume_unwind(Box::new(()));
            });
            assert!(call.outcome().await.is_err());
            assert_eq!(drops.count(), 1);
        });
    });
}

/// C10: the action waits for the async thread, and the async thread does not wait for the action.
#[test]
fn on_cancel_may_block_without_holding_up_the_caller() {
    in_time(|| {
        current_thread().block_on(async {
            let (go, wait) = mpsc::channel();
            let (gate, key) = gate();
            let (done, ended) = tokio::sync::oneshot::channel();
            let call = run(move || {
                on_cancel(move || {
                    wait.recv().unwrap();
                    done.send(()).unwrap();
                })
                .unwrap();
                gate.pass();
            });
            let call = call.start();
            key.await_body();
            drop(call);
            go.send(()).unwrap();
            ended.await.unwrap();
        });
    });
}

/// C10.
#[test]
fn several_on_cancel_actions_run_in_order() {
    in_time(|| {
        current_thread().block_on(async {
            let (ran, runs) = mpsc::channel();
            let (gate, key) = gate();
            let call = run(move || {
                for n in 0..5 {
                    let ran = ran.clone();
                    on_cancel(move || ran.send(n).unwrap()).unwrap();
                }
                drop(ran);
                gate.pass();
            });
            let call = call.start();
            key.await_body();
            call.cancel();
            assert_eq!(runs.iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
        });
    });
}

/// C10: left too late, it runs on the spot.
#[test]
fn on_cancel_runs_at_once_when_the_call_was_cancelled_before() {
    in_time(|| {
        current_thread().block_on(async {
            let (gate, key) = gate();
            let call = run(move || {
                gate.pass();
                let ran = Arc::new(Mutex::new(None));
                let there = Arc::clone(&ran);
                let action = move || {
                    // As on a thread of its own, it is no body.
                    assert!(!is_cancelled());
                    *there.lock().unwrap() = Some(thread::current().id());
                };
                on_cancel(action).unwrap();
                is_cancelled() && *ran.lock().unwrap() == Some(thread::current().id())
            });
            let call = call.start();
            key.await_body();
            call.cancel();
            key.open();
            assert!(call.await);
        });
    });
}

/// C10, C12: with the request anywhere before, between and after: once at most, and dropped once.
#[test]
fn on_cancel_runs_at_most_once_when_the_body_ends_meanwhile() {
    in_time(|| {
        one_slot().block_on(async {
            let (mut seed, drops) = (Seed::new(10), Drops::default());
            let runs = Arc::new(AtomicUsize::new(0));
            for (n, _) in rounds(3_000).enumerate() {
                let (probe, counted) = (drops.probe(), Arc::clone(&runs));
                let (ran, ended) = mpsc::channel::<()>();
                let call = run(move || {
                    let action = move || {
                        let _held = (probe, ran);
                        counted.fetch_add(1, SeqCst);
                    };
                    on_cancel(action).unwrap();
                });
                let call = call.start();
                let before = runs.load(SeqCst);
                seed.dawdle();
                call.cancel();
                let _ = call.outcome().await;
                // Wherever the action has gone, it is over when it is dropped.
                assert!(ended.recv().is_err());
                assert!(runs.load(SeqCst) - before <= 1);
                assert_eq!(drops.count(), n + 1);
            }
        });
    });
}
