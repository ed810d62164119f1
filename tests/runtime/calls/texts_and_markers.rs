//! The surface of a call: its parts, texts, size and markers.

use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};

use offload_tests::{Shelf, current_thread, drive, gate, in_time, run_on};
use tokio_offload::{Error, Offload, Outcome, run};

/// The future is small and goes anywhere, whatever the body returns.
#[test]
fn calls_are_small_send_and_sync() {
    fn travels<T: Send + Sync + Unpin + UnwindSafe + RefUnwindSafe + 'static>() {}
    fn shared<T: Send + Sync + std::error::Error + 'static>() {}
    travels::<Offload<std::cell::Cell<u8>>>();
    travels::<Outcome<std::cell::Cell<u8>>>();
    assert_eq!(size_of::<Offload<[u8; 4096]>>(), 16);
    assert_eq!(size_of::<Outcome<[u8; 4096]>>(), 16);
    shared::<Error>();
}

/// Nothing is submitted before the first poll or `start`, and `start` twice submits once.
#[test]
fn start_submits_now_and_once() {
    let shelf = Shelf::default();
    let call = run_on(&shelf, || 5);
    assert!(shelf.is_empty());
    let call = call.start().start();
    let job = shelf.take();
    assert!(shelf.is_empty());
    assert!(!call.is_finished());
    job.run();
    assert!(call.is_finished());
    assert_eq!(drive(call), 5);
}

/// `outcome` after `start` is the same call.
#[test]
fn outcome_is_lazy_and_keeps_a_start() {
    let shelf = Shelf::default();
    let outcome = run_on(&shelf, || 5).outcome();
    assert!(shelf.is_empty());
    drop(outcome);
    let outcome = run_on(&shelf, || 6).start().outcome();
    shelf.take().run();
    assert_eq!(drive(outcome).unwrap(), 6);
}

/// A detached body runs; nobody sees its result or its panic.
#[test]
fn detached_bodies_run() {
    in_time(|| {
        let runtime = current_thread();
        let (done, result) = std::sync::mpsc::channel();
        runtime.block_on(async {
            run(move || done.send(tokio_offload::is_cancelled())).detach();
            run(|| std::panic::resume_unwind(Box::new(1))).detach();
        });
        // Detached is not abandoned.
        assert!(!result.recv().unwrap());
        assert_eq!(runtime.block_on(run(|| 1)), 1);
    });
}

/// Detaching a started call, before, in and after its body.
#[test]
fn detaching_a_started_call_lets_it_run() {
    let shelf = Shelf::default();
    let (done, result) = std::sync::mpsc::channel();
    for n in 0..3 {
        let done = done.clone();
        let call = run_on(&shelf, move || done.send(n)).start();
        if n == 0 {
            call.detach();
            let job = shelf.take();
            assert!(!job.is_abandoned());
            job.run();
        } else {
            shelf.take().run();
            call.detach();
        }
        assert_eq!(result.try_recv(), Ok(n));
    }
}

/// A detached call that cannot be carried says so, because nobody else could.
#[test]
fn detaching_without_a_runtime_panics() {
    let error = catch_unwind(|| run(|| ()).detach()).unwrap_err();
    let text = error.downcast_ref::<String>().unwrap();
    assert!(
        text.starts_with("no tokio runtime on this thread"),
        "{text}"
    );
    assert!(text.contains("in a call of `tokio_offload::run`"), "{text}");
}

/// `is_finished` follows the body and never waits for it.
#[test]
fn is_finished_follows_the_body() {
    in_time(|| {
        let runtime = current_thread();
        runtime.block_on(async {
            let (gate, key) = gate();
            let call = run(move || gate.pass());
            assert!(!call.is_finished());
            let call = call.start();
            key.await_body();
            assert!(!call.is_finished());
            key.open();
            call.await;
            let cancelled = run(|| ());
            cancelled.cancel();
            assert!(cancelled.is_finished());
        });
    });
}

/// A call shows where its function stands and whether it has ended.
#[test]
fn debug_texts() {
    let shelf = Shelf::default();
    let call = run_on(&shelf, || 1).start();
    let text = format!("{call:?}");
    assert!(
        text.starts_with("Offload { site: `offload_tests::run_on` (tests/src/lib.rs:"),
        "{text}"
    );
    assert!(text.ends_with("), finished: false }"), "{text}");
    let job = shelf.take();
    assert_eq!(format!("{job:?}"), "Job { abandoned: false }");
    job.run();
    assert!(format!("{call:?}").ends_with("finished: true }"));
    assert!(format!("{:?}", call.outcome()).starts_with("Outcome { offload: Offload {"));
}

/// Every error says what happened in a clause, and converts where `?` meets `io::Result`.
#[test]
fn error_texts() {
    let texts = [
        (Error::Cancelled, "the offloaded call was cancelled"),
        (
            Error::Full,
            "the queue is full: as many calls wait as its `queue_capacity` allows",
        ),
        (
            Error::Shutdown,
            "the runtime or pool of the offloaded call was shut down",
        ),
        (
            Error::NoRuntime,
            "no tokio runtime on this thread: await the call inside `#[tokio::main]` or `Runtime::block_on`, or hold `Handle::enter` when calling `start`",
        ),
        (
            Error::NotInBody,
            "not inside an offloaded body: ask on the thread that runs the body, while it runs",
        ),
    ];
    for (error, text) in texts {
        assert_eq!(error.to_string(), text);
        assert_eq!(std::io::Error::from(error).to_string(), text);
    }
    let cause = std::io::Error::from(std::io::ErrorKind::WouldBlock);
    let error = Error::Thread(cause);
    assert_eq!(
        error.to_string(),
        "the operating system refused to start a thread"
    );
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(
        std::io::Error::from(error).kind(),
        std::io::ErrorKind::WouldBlock
    );
}

/// Polling after the end is a mistake that is named.
#[test]
fn polling_after_completion_panics() {
    let shelf = Shelf::default();
    let mut call = run_on(&shelf, || 1).start();
    shelf.take().run();
    assert_eq!(drive(&mut call), 1);
    let error = catch_unwind(AssertUnwindSafe(|| drive(&mut call))).unwrap_err();
    let text = error.downcast_ref::<&str>().unwrap();
    assert_eq!(*text, "an offloaded call was polled after it had completed");
    assert!(call.is_finished());
}
