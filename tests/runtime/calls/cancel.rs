//! Dropped or cancelled while the body runs, or later: it is told, goes on to its end, and nobody else hears of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use offload_tests::{
    Drops, Seed, Shelf, Wakes, current_thread, gate, in_time, one_slot, poll_once, rounds, run_on,
};
use tokio_offload::{Error, check_cancelled, is_cancelled, run};

/// C4: what it did stays done, what it returned is dropped once.
#[test]
fn a_body_whose_call_is_dropped_runs_to_its_end() {
    in_time(|| {
        current_thread().block_on(async {
            let (drops, effect) = (Drops::default(), Arc::new(AtomicBool::new(false)));
            let (probe, seen) = (drops.probe(), Arc::clone(&effect));
            let (gate, key) = gate();
            let (ended, end) = tokio::sync::oneshot::channel();
            let call = run(move || {
                gate.pass();
                seen.store(true, SeqCst);
                (probe, Signal(Some(ended)))
            });
            let call = call.start();
            key.await_body();
            drop(call);
            assert!(!effect.load(SeqCst));
            key.open();
            end.await.expect("the result is dropped in the end");
            assert!(effect.load(SeqCst));
            assert_eq!(drops.count(), 1);
        });
    });
}

/// Tells when it is dropped.
struct Signal(Option<tokio::sync::oneshot::Sender<()>>);

impl Drop for Signal {
    fn drop(&mut self) {
        let _ = self.0.take().unwrap().send(());
    }
}

/// C5: `cancel` and then `await` waits for the body, whose value is the result.
#[test]
fn a_call_cancelled_while_its_body_runs_ends_with_the_body() {
    in_time(|| {
        current_thread().block_on(async {
            let (gate, key) = gate();
            let mut call = run(move || {
                gate.pass();
                7
            });
            assert!(poll_once(&mut call, &Arc::new(Wakes::default())).is_pending());
            key.await_body();
            call.cancel();
            assert!(poll_once(&mut call, &Arc::new(Wakes::default())).is_pending());
            assert!(!call.is_finished());
            key.open();
            assert_eq!(call.await, 7);
        });
    });
}

/// C5: also where the end of the call is a value, as in a `select!` or in a field that is polled by hand.
#[test]
fn an_outcome_cancelled_while_the_body_runs_ends_with_the_body() {
    in_time(|| {
        current_thread().block_on(async {
            let (gate, key) = gate();
            let mut outcome = run(move || {
                gate.pass();
                is_cancelled()
            })
            .outcome();
            let wakes = Arc::new(Wakes::default());
            assert!(poll_once(&mut outcome, &wakes).is_pending());
            key.await_body();
            outcome.cancel();
            assert!(poll_once(&mut outcome, &wakes).is_pending());
            assert!(!outcome.is_finished());
            key.open();
            assert!(matches!(outcome.await, Ok(true)));
        });
    });
}

/// The body of such a call never runs.
#[test]
fn an_outcome_cancelled_before_the_body_starts_is_an_error() {
    current_thread().block_on(async {
        let outcome = run(|| ()).outcome();
        assert!(!outcome.is_finished());
        outcome.cancel();
        assert!(outcome.is_finished());
        assert!(matches!(outcome.await, Err(Error::Cancelled)));
    });
}

/// C6.
#[test]
fn a_dropped_call_keeps_its_thread_until_the_body_ends() {
    in_time(|| {
        one_slot().block_on(async {
            for _ in 0..100 {
                let running = Arc::new(AtomicUsize::new(1));
                let (gate, key) = gate();
                let ends = Arc::clone(&running);
                let call = run(move || {
                    gate.pass();
                    thread::yield_now();
                    ends.fetch_sub(1, SeqCst);
                });
                let call = call.start();
                key.await_body();
                drop(call);
                let next = run(move || running.load(SeqCst)).start();
                key.open();
                assert_eq!(next.await, 0);
            }
        });
    });
}

/// C7.
#[test]
fn is_cancelled_is_true_after_a_drop() {
    in_time(|| {
        current_thread().block_on(async {
            let (gate, key) = gate();
            let (tell, heard) = tokio::sync::oneshot::channel();
            let call = run(move || {
                let before = (is_cancelled(), check_cancelled().is_ok());
                gate.pass();
                let after = (is_cancelled(), check_cancelled());
                tell.send((before, after)).unwrap();
            });
            let call = call.start();
            key.await_body();
            drop(call);
            key.open();
            let (before, after) = heard.await.unwrap();
            assert_eq!(before, (false, true));
            assert!(matches!(after, (true, Err(Error::Cancelled))));
        });
    });
}

/// C7: and may end as cancelled by its own error.
#[test]
fn is_cancelled_is_true_after_a_cancel_and_the_body_may_stop() {
    in_time(|| {
        current_thread().block_on(async {
            let (gate, key) = gate();
            let call = run(move || {
                check_cancelled()?;
                gate.pass();
                assert!(is_cancelled());
                check_cancelled()?;
                Ok::<_, Error>(())
            });
            let call = call.start();
            key.await_body();
            call.cancel();
            key.open();
            assert!(matches!(call.await, Err(Error::Cancelled)));
        });
    });
}

/// C9.
#[test]
fn a_reused_thread_does_not_see_the_last_cancel() {
    in_time(|| {
        one_slot().block_on(async {
            let mut seed = Seed::new(9);
            for round in rounds(5_000) {
                let call = run(thread::yield_now).start();
                seed.dawdle();
                let kept = (round % 2 == 0).then(|| {
                    call.cancel();
                    call
                });
                assert!(!run(is_cancelled).await);
                drop(kept);
            }
        });
    });
}

/// C12: late and repeated cancels change nothing.
#[test]
fn cancelling_late_or_twice_does_nothing() {
    let shelf = Shelf::default();
    let call = run_on(&shelf, || 5).start();
    shelf.take().run();
    call.cancel();
    call.cancel();
    assert_eq!(offload_tests::drive(call), 5);

    let call = run_on(&shelf, || 5).start();
    call.cancel();
    call.cancel();
    let job = shelf.take();
    assert!(job.is_abandoned());
    job.run();
    assert!(matches!(
        offload_tests::drive(call.outcome()),
        Err(Error::Cancelled)
    ));

    // Not submitted at all, nor is it later.
    let call = run_on(&shelf, || 5);
    call.cancel();
    let call = call.start();
    assert!(shelf.is_empty());
    assert!(matches!(
        offload_tests::drive(call.outcome()),
        Err(Error::Cancelled)
    ));
}

/// C12: cancelling wakes whoever waits.
#[test]
fn cancelling_in_the_queue_wakes_the_waiter() {
    let (shelf, wakes) = (Shelf::default(), Arc::new(Wakes::default()));
    let mut call = run_on(&shelf, || 5);
    assert!(poll_once(&mut call, &wakes).is_pending());
    call.cancel();
    assert_eq!(wakes.0.load(SeqCst), 1);
}

/// C12: tokio's own time limit is a drop like any other.
#[test]
fn a_timeout_drops_the_call_and_cancels_the_body() {
    in_time(|| {
        current_thread().block_on(async {
            let (arrive, arrived) = tokio::sync::oneshot::channel();
            let (tell, heard) = tokio::sync::oneshot::channel();
            let endless = run(move || {
                arrive.send(()).unwrap();
                while !is_cancelled() {
                    thread::yield_now();
                }
                tell.send(()).unwrap();
            })
            .start();
            arrived.await.unwrap();
            let limit = Duration::from_millis(1);
            assert!(tokio::time::timeout(limit, endless).await.is_err());
            heard.await.unwrap();
        });
    });
}
