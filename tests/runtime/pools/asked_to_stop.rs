//! Bodies that are asked to stop while they wait in `block_on`: every wait of theirs ends.

use std::{future::pending, sync::mpsc};

use offload_tests::{drive, in_time, multi_thread};
use tokio_offload::{Error, Offload, Pool, block_on, run};

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
