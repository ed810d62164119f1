//! Bodies that are asked to stop while they wait in `block_on`: every wait of theirs ends, and so do the calls that their threads run
//! for them meanwhile.

use std::{future::pending, sync::mpsc, thread};

use offload_tests::{drive, gate, in_time, multi_thread};
use tokio_offload::{Error, Offload, Pool, block_on, is_cancelled, run};

use super::block_on::narrow;

type Body = Box<dyn FnOnce() -> Result<(), Error> + Send>;

/// Begins to wait for ever inside of a wait that would go on for ever after it, and returns when both have begun.
fn waits_twice(
    start: impl FnOnce(Body) -> Offload<Result<(), Error>>,
) -> Offload<Result<(), Error>> {
    let (tell, told) = mpsc::channel();
    let inner = move || {
        block_on(async move {
            tell.send(()).unwrap();
            pending::<()>().await;
        })
    };
    let call = start(Box::new(move || {
        block_on(async move {
            inner().unwrap_err();
            pending::<()>().await;
        })
    }));
    let call = call.start();
    told.recv().unwrap();
    call
}

/// The inner wait is told first. The outer one, whose future goes on, is told as well.
#[test]
fn a_wait_inside_of_a_wait_does_not_keep_it_to_itself() {
    static SHUT: Pool = Pool::new("stopped-twice").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let entered = runtime.enter();

        let cancelled = waits_twice(run);
        cancelled.cancel();
        assert!(matches!(drive(cancelled), Err(Error::Cancelled)));

        let shut = waits_twice(|body| SHUT.run(body));
        SHUT.shutdown();
        assert!(matches!(drive(shut), Err(Error::Shutdown)));

        let left = waits_twice(run);
        drop(entered);
        runtime.shutdown_background();
        assert!(matches!(drive(left), Err(Error::Shutdown)));
    });
}

/// Says that it runs, and does so until it is asked to stop.
fn runs_until_told(tell: &mpsc::Sender<()>) {
    tell.send(()).unwrap();
    while !is_cancelled() {
        thread::yield_now();
    }
}

/// C7: where another thread ran the call, the wait would end and drop it.
#[test]
fn a_call_that_runs_on_the_thread_of_a_cancelled_body_is_told() {
    static ONE: Pool = Pool::new("stopped-in-place").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let (tell, told) = mpsc::channel();
        let waits = ONE.run(move || block_on(ONE.run(move || runs_until_told(&tell))));
        let waits = waits.start();
        told.recv().unwrap();
        waits.cancel();
        assert!(matches!(drive(waits), Err(Error::Cancelled)));
    });
}

/// The same where the call is one of another pool, which is not shut down.
#[test]
fn a_call_that_runs_on_a_thread_of_a_pool_that_is_shut_down_is_told() {
    static SHUT: Pool = Pool::new("shut-in-place").threads(1);
    in_time(|| {
        let runtime = narrow();
        let _entered = runtime.enter();
        let (gate, key) = gate();
        let taken = runtime.spawn_blocking(move || gate.pass());
        key.await_body();
        let (tell, told) = mpsc::channel();
        let waits = SHUT.run(move || block_on(run(move || runs_until_told(&tell))));
        let waits = waits.start();
        told.recv().unwrap();
        SHUT.shutdown();
        assert!(matches!(drive(waits), Err(Error::Shutdown)));
        key.open();
        drive(taken).unwrap();
    });
}

/// A body that is not cancelled waits for the call: that the thread belongs to a body that is makes no difference.
#[test]
fn a_call_of_another_body_on_that_thread_is_not_told() {
    static ONE: Pool = Pool::new("stranger-in-place").threads(1);
    static OTHER: Pool = Pool::new("stranger").threads(1);
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let (gate, key) = gate();
        let (tell, told) = mpsc::channel();
        let call = move || {
            gate.pass();
            is_cancelled()
        };
        let between = move || tell.send(block_on(ONE.run(call)).unwrap()).unwrap();
        let waits = ONE.run(move || block_on(OTHER.run(between))).start();
        key.await_body();
        waits.cancel();
        key.open();
        assert!(!told.recv().unwrap());
        assert!(matches!(drive(waits), Err(Error::Cancelled)));
    });
}
