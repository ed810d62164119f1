//! Calls that cannot be carried end as an error, at once.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use offload_tests::{Drops, Gate, Shelf, current_thread, drive, gate, in_time, run_on};
use tokio::runtime::{Builder, Runtime};
use tokio_offload::{Error, run};

/// S8, P5.
#[test]
fn without_a_runtime_the_call_ends() {
    let drops = Drops::default();
    let probe = drops.probe();
    let outcome = drive(run(move || panic!("{probe:?}")).outcome());
    assert!(matches!(outcome, Err(Error::NoRuntime)));
    assert_eq!(drops.count(), 1);
    let started = run(|| ()).start();
    assert!(started.is_finished());
    assert!(matches!(drive(started.outcome()), Err(Error::NoRuntime)));
}

/// S8: awaiting says why, and in which call.
#[test]
fn awaiting_without_a_runtime_panics_with_the_reason() {
    let error = catch_unwind(|| drive(run(|| ()))).unwrap_err();
    let text = error.downcast_ref::<String>().unwrap();
    assert!(
        text.starts_with("no tokio runtime on this thread"),
        "{text}"
    );
    assert!(
        text.contains("(in a call of `tokio_offload::run` ("),
        "{text}"
    );
}

/// Lazy: the runtime of the first poll counts, not the one where the call was made.
#[test]
fn a_call_made_without_a_runtime_runs_in_one() {
    let call = run(|| thread::current().id());
    assert_ne!(current_thread().block_on(call), thread::current().id());
}

/// A runtime that can start no blocking thread: no system has room for such a stack.
fn no_threads() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.thread_stack_size(1 << 46).build().unwrap()
}

/// P6, P5.
#[test]
fn without_a_thread_the_call_ends() {
    in_time(|| {
        let runtime = no_threads();
        runtime.block_on(async {
            for _ in 0..3 {
                let drops = Drops::default();
                let probe = drops.probe();
                let outcome = run(move || panic!("{probe:?}")).outcome().await;
                assert!(matches!(outcome, Err(Error::Thread(_))), "{outcome:?}");
                assert_eq!(drops.count(), 1);
            }
            let calls: Vec<_> = (0..10).map(|_| run(|| ()).start()).collect();
            for call in calls {
                assert!(matches!(call.outcome().await, Err(Error::Thread(_))));
            }
        });
    });
}

/// A detached call without a thread says so, because nobody else could.
#[test]
fn detaching_without_a_thread_panics() {
    in_time(|| {
        let runtime = no_threads();
        let _entered = runtime.enter();
        let error = catch_unwind(AssertUnwindSafe(|| run(|| ()).detach())).unwrap_err();
        let text = error.downcast_ref::<String>().unwrap();
        assert!(
            text.starts_with("the operating system refused to start a thread"),
            "{text}"
        );
    });
}

/// Passes a gate as it is dropped.
struct Holds(Gate);

impl Drop for Holds {
    fn drop(&mut self) {
        self.0.pass();
    }
}

/// Also in the moment when the call has been refused and its arguments are on their way out.
#[test]
fn detaching_a_call_that_is_being_refused_panics() {
    in_time(|| {
        let (shelf, (gate, key)) = (Shelf::default(), gate());
        let holds = Holds(gate);
        let call = run_on(&shelf, move || drop(holds)).start();
        let job = shelf.take();
        let refusing = thread::spawn(move || job.refuse(Error::NoRuntime));
        key.await_body();
        let error = catch_unwind(AssertUnwindSafe(|| call.detach())).unwrap_err();
        let text = error.downcast_ref::<String>().unwrap();
        assert!(text.starts_with("no tokio runtime"), "{text}");
        key.open();
        refusing.join().unwrap();
    });
}
