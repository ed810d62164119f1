//! A body that is inside `block_on` when its pool is shut down, and polls calls which were refused by that: it ends.

use std::{
    future::{Future, ready},
    pin::Pin,
    sync::{Arc, mpsc},
};

use futures::{FutureExt, future::join_all};
use offload_tests::{drive, in_time, multi_thread};
use tokio_offload::{Error, Offload, Pool, block_on};

use super::kit::outcome;

type Polled = Pin<Box<dyn Future<Output = u8>>>;

/// How a body ends that polls `inner` in its `block_on` once its pool is shut down.
fn shut_down_before(
    inner: impl FnOnce(Arc<Pool>) -> Polled + Send + 'static,
) -> Result<Result<u8, Error>, Error> {
    let runtime = multi_thread();
    let _entered = runtime.enter();
    let pool = Arc::new(Pool::new("refused").threads(1));
    let (begun, wait_for_begin) = mpsc::channel();
    let (shut_down, wait_for_shutdown) = mpsc::channel::<()>();
    let mine = Arc::clone(&pool);
    let body = move || {
        block_on(async {
            begun.send(()).unwrap();
            // Not awaited: then `block_on` itself would see the shutdown first.
            wait_for_shutdown.recv().unwrap_err();
            inner(mine).await
        })
    };
    let call = pool.run(body).start();
    wait_for_begin.recv().unwrap();
    pool.shutdown();
    drop(shut_down);
    let outcome = outcome(call);
    runtime.block_on(pool.idle());
    outcome
}

/// Shown as it is meant: `block_on` says what happened, also if several calls are refused at once.
#[test]
fn block_on_tells_of_the_shutdown_that_refused_its_calls() {
    in_time(|| {
        let told = shut_down_before(|pool| {
            Box::pin(async move { join_all([1, 2, 3].map(|n| pool.run(move || n))).await[0] })
        });
        assert!(matches!(told, Ok(Err(Error::Shutdown))), "{told:?}");
        let caught = shut_down_before(|pool| {
            let call: Offload<Result<u8, Error>> = pool.run(|| Ok(1)).catch();
            Box::pin(call.map(Result::unwrap))
        });
        assert!(matches!(caught, Ok(Err(Error::Shutdown))), "{caught:?}");
    });
}

/// Another executor in between polls until its future ends. It is woken, and the call says why it never runs.
#[test]
fn a_refused_call_ends_in_the_block_on_of_another_library() {
    in_time(|| {
        let told = shut_down_before(|pool| Box::pin(async move { drive(pool.run(|| 1)) }));
        assert_refused(told);
    });
}

/// A loop that never leaves its poll asks again, too.
#[test]
fn a_refused_call_ends_in_a_loop_that_polls_it_again() {
    in_time(|| {
        let told = shut_down_before(|pool| {
            Box::pin(async move {
                let mut call = pool.run(|| 1);
                loop {
                    tokio::select! {
                        biased;
                        value = &mut call => break value,
                        () = ready(()) => {}
                    }
                }
            })
        });
        assert_refused(told);
    });
}

fn assert_refused(told: Result<Result<u8, Error>, Error>) {
    let Err(Error::Panicked(panic)) = told else {
        panic!("{told:?}");
    };
    let text = panic.message().unwrap_or_default();
    assert!(text.contains("shut down"), "{text}");
}
