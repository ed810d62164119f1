//! A panic goes to the caller, and nowhere else.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind, panic_any, resume_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread,
};

use offload_tests::{
    Bomb, Drops, Shelf, child, current_thread, drive, gate, in_time, one_slot, poll_once, run_on,
};
use tokio_offload::{Error, Offload, Pool, on_cancel, run};

fn caught<T>(f: impl FnOnce() -> T) -> Box<dyn std::any::Any + Send> {
    catch_unwind(AssertUnwindSafe(f)).err().expect("it panics")
}

/// P1.
#[test]
fn awaiting_continues_the_panic_with_its_payload() {
    let runtime = current_thread();
    let payload = caught(|| runtime.block_on(run(|| panic!("plain"))));
    assert_eq!(payload.downcast_ref(), Some(&"plain"));
    let number = std::hint::black_box(1);
    let payload = caught(|| runtime.block_on(run(move || panic!("with {number}"))));
    assert_eq!(payload.downcast_ref::<String>().unwrap(), "with 1");
    let payload = caught(|| runtime.block_on(run(|| panic_any(vec![1, 2]))));
    assert_eq!(payload.downcast_ref(), Some(&vec![1, 2]));
}

/// P1, P5.
#[test]
fn an_outcome_hands_the_panic_over_as_a_value() {
    current_thread().block_on(async {
        let Err(Error::Panicked(panic)) = run(|| panic!("plain")).outcome().await else {
            panic!("a panic is told by its variant");
        };
        assert_eq!(panic.message().as_deref(), Some("plain"));
        assert_eq!(panic.to_string(), "the offloaded body panicked: plain");
        assert_eq!(panic.into_payload().downcast_ref(), Some(&"plain"));
        let Err(Error::Panicked(panic)) = run(|| panic_any(3)).outcome().await else {
            panic!("a panic is told by its variant");
        };
        assert_eq!(
            (panic.message(), panic.to_string()),
            (None, "the offloaded body panicked".into())
        );
    });
}

/// P1: the report names the line of the body and comes once.
#[test]
fn a_panic_is_reported_once_and_where_it_happened() {
    let output = child("calls::panics::child_panics");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors.matches("panicked at").count(), 1, "{errors}");
    assert!(
        errors.contains("tests/runtime/calls/panics.rs:"),
        "{errors}"
    );
    assert!(output.status.success(), "{errors}");
}

#[test]
#[ignore = "run in a process of its own"]
fn child_panics() {
    let runtime = current_thread();
    let payload = caught(|| runtime.block_on(run(|| panic!("once"))));
    assert_eq!(payload.downcast_ref(), Some(&"once"));
}

/// P2.
#[test]
fn the_only_thread_goes_on_after_panics() {
    in_time(|| {
        one_slot().block_on(async {
            let first = run(|| thread::current().id()).await;
            let panics: Vec<_> = (0..10_usize)
                .map(|n| run(move || panic_any(n)).start())
                .collect();
            let sibling = run(|| thread::current().id()).start();
            for (n, call) in panics.into_iter().enumerate() {
                let Err(Error::Panicked(panic)) = call.outcome().await else {
                    panic!("each gets its own");
                };
                // P4: and not that of another.
                assert_eq!(*panic.into_payload().downcast::<usize>().unwrap(), n);
            }
            assert_eq!(sibling.await, first);
        });
    });
}

/// P3: an argument.
#[test]
fn a_panic_in_dropping_an_argument_goes_to_the_caller() {
    in_time(|| {
        one_slot().block_on(async {
            let bomb = Bomb;
            let outcome = run(move || drop(bomb)).outcome().await;
            assert!(matches!(outcome, Err(Error::Panicked(_))));
            let bomb = Bomb;
            let call = run(move || {
                let _captured = &bomb;
                5
            });
            assert!(matches!(call.outcome().await, Err(Error::Panicked(_))));
            assert_eq!(run(|| 1).await, 1);
        });
    });
}

/// P3: a result that nobody wants.
#[test]
fn a_panic_in_dropping_an_abandoned_result_harms_no_thread() {
    harms_no_thread(|| Bomb);
}

/// P6: nor does a payload that panics when it is dropped.
#[test]
fn a_payload_that_panics_in_its_drop_harms_no_thread() {
    harms_no_thread(|| resume_unwind(Box::new(Bomb)));
}

/// P3, P6: nor is it heard of where the call has ended before it is dropped or detached.
#[test]
fn a_panic_in_dropping_an_unfetched_result_is_swallowed() {
    is_dropped_in_silence(|| Bomb);
    is_dropped_in_silence(|| resume_unwind(Box::new(Bomb)));
    let shelf = Shelf::default();
    let bomb = Bomb;
    // As little as where it waits.
    drop(run_on(&shelf, move || drop(bomb)).start());
    assert!(shelf.take().is_abandoned());
}

fn is_dropped_in_silence<R: Send + 'static>(end: fn() -> R) {
    for forget in [drop as fn(Offload<R>), Offload::detach] {
        let shelf = Shelf::default();
        let call = run_on(&shelf, end).start();
        shelf.take().run();
        assert!(call.is_finished());
        forget(call);
    }
}

/// P3: nor do two of them at once end the program, where a body leaves several unused actions behind.
#[test]
fn panics_in_dropping_unused_actions_are_swallowed() {
    in_time(|| {
        let pool = Pool::new("unused").threads(1);
        let registers = || {
            for bomb in [Bomb, Bomb] {
                on_cancel(move || drop(bomb)).unwrap();
            }
            5
        };
        assert_eq!(drive(pool.run(registers)), 5);
    });
}

/// C9: an action that comes after the stop runs at once, and its panic is not one of the body.
#[test]
fn a_panic_in_an_action_that_runs_at_once_is_not_one_of_the_body() {
    in_time(|| {
        let pool = Pool::new("at-once").threads(1);
        let (gate, key) = gate();
        let body = move || {
            gate.pass();
            on_cancel(|| panic!("as planned")).is_ok()
        };
        let call = pool.run(body).start();
        key.await_body();
        call.cancel();
        key.open();
        assert!(drive(call));
    });
}

/// Drops a call whose body runs, then lets `end` end it, on a pool that could not bear to lose its one place.
fn harms_no_thread<R: Send + 'static>(end: fn() -> R) {
    in_time(move || {
        let pool = Pool::new("one").threads(1);
        let first = drive(pool.run(|| thread::current().id()));
        let (gate, key) = gate();
        let call = pool.run(move || {
            gate.pass();
            end()
        });
        let call = call.start();
        key.await_body();
        drop(call);
        key.open();
        assert_eq!(drive(pool.run(|| thread::current().id())), first);
        drive(pool.idle());
    });
}

/// P3: a waker.
#[test]
fn a_panic_in_a_waker_harms_no_thread() {
    struct Loud;
    impl Wake for Loud {
        fn wake(self: Arc<Self>) {
            panic!("loud");
        }
    }
    in_time(|| {
        let pool = Pool::new("one").threads(1);
        let first = drive(pool.run(|| thread::current().id()));
        let (gate, key) = gate();
        let mut call = pool.run(move || gate.pass());
        let waker = Waker::from(Arc::new(Loud));
        let mut cx = Context::from_waker(&waker);
        assert!(Pin::new(&mut call).poll(&mut cx).is_pending());
        key.await_body();
        key.open();
        assert_eq!(drive(pool.run(|| thread::current().id())), first);
        drive(call);
        drive(pool.idle());
    });
}

/// P3: an action of `on_cancel`, and a body that goes on after it.
#[test]
fn a_panic_in_an_action_harms_nobody() {
    in_time(|| {
        one_slot().block_on(async {
            let (gate, key) = gate();
            let (ran, second) = tokio::sync::oneshot::channel();
            let call = run(move || {
                on_cancel(|| panic!("in the action")).unwrap();
                on_cancel(move || ran.send(()).unwrap()).unwrap();
                gate.pass();
                5
            });
            let call = call.start();
            key.await_body();
            call.cancel();
            second.await.expect("the second action runs all the same");
            key.open();
            assert_eq!(call.await, 5);
        });
    });
}

/// P3: a result and an action that are dropped unused.
#[test]
fn a_panic_in_dropping_an_action_harms_nobody() {
    in_time(|| {
        one_slot().block_on(async {
            let bomb = Bomb;
            let call = run(move || on_cancel(move || drop(bomb)).is_ok());
            assert!(call.await);
            assert_eq!(run(|| 1).await, 1);
        });
    });
}

/// P3, S8: arguments of refused calls that panic in their drop strand no call behind them.
#[test]
fn a_panic_in_dropping_a_refused_call_harms_nobody() {
    let (shelf, drops) = (Shelf::default(), Drops::default());
    let (bomb, probe) = (Bomb, drops.probe());
    let mut call = run_on(&shelf, move || drop((bomb, probe))).outcome();
    let wakes = Arc::default();
    assert!(poll_once(&mut call, &wakes).is_pending());
    shelf.take().refuse(Error::Shutdown);
    assert_eq!(drops.count(), 1);
    assert!(matches!(
        poll_once(&mut call, &wakes),
        Poll::Ready(Err(Error::Shutdown))
    ));
}
