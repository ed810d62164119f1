//! Calls that were started before anybody waited for them: they run where they are awaited then, and so do those that they wait for.

use std::{
    sync::mpsc,
    thread::{self, ThreadId},
};

use offload_tests::multi_thread;
use tokio::sync::oneshot;
use tokio_offload::{Offload, Pool, block_on, run_on};

use super::{block_on::narrow_rayon, unawaited::in_runtime};

/// A call runs where it is awaited, wherever it was started.
#[test]
fn a_call_that_is_awaited_later_runs_on_the_thread_that_waits_then() {
    static ONE: Pool = Pool::new("unawaited-later").threads(1);
    static OTHER: Pool = Pool::new("unawaited-other").threads(1);
    fn here() -> ThreadId {
        thread::current().id()
    }
    in_runtime(multi_thread, |runtime| {
        let outside = || {
            let call = ONE.run(here).start();
            (here(), block_on(call).unwrap())
        };
        let inside = || {
            let (call,) = block_on(async { (ONE.run(here).start(),) }).unwrap();
            (here(), block_on(call).unwrap())
        };
        let through = |started: fn() -> Offload<ThreadId>| {
            move || {
                (
                    here(),
                    block_on(OTHER.run(move || block_on(started()).unwrap())).unwrap(),
                )
            }
        };
        let calls = [
            ONE.run(outside),
            ONE.run(inside),
            ONE.run(through(|| ONE.run(here).start())),
            ONE.run(through(|| {
                block_on(async { (ONE.run(here).start(),) }).unwrap().0
            })),
        ];
        for call in calls {
            let (waits, runs) = runtime.block_on(call);
            assert_eq!(waits, runs);
        }
    });
}

/// However many calls wait before it: the body that waits for it does not wait for them.
#[test]
fn a_call_behind_thousands_that_is_awaited_later_runs_on_the_thread_that_waits_then() {
    static ONE: Pool = Pool::new("far-behind").threads(1);
    static OTHER: Pool = Pool::new("far-behind-other").threads(1);
    fn here() -> ThreadId {
        thread::current().id()
    }
    in_runtime(multi_thread, |runtime| {
        let call = ONE.run(|| {
            let before: Vec<_> = (0..5_000).map(|_| ONE.run(here).start()).collect();
            let started = ONE.run(here).start();
            let runs = block_on(OTHER.run(move || block_on(started).unwrap())).unwrap();
            drop(before);
            (here(), runs)
        });
        let (waits, runs) = runtime.block_on(call);
        assert_eq!(waits, runs);
    });
}

/// Calls that run already when somebody begins to wait for them: it is seen at once that they need the thread that waits.
#[test]
fn a_call_that_runs_already_has_its_calls_run_by_who_waits_for_it_then() {
    static ONE: Pool = Pool::new("begun-one").threads(1);
    static TWO: Pool = Pool::new("begun-two").threads(1);
    static THREE: Pool = Pool::new("begun-three").threads(1);
    fn begun<R: Send + 'static>(
        pool: &'static Pool,
        body: impl FnOnce() -> R + Send + 'static,
    ) -> Offload<R> {
        let (tell, told) = mpsc::channel();
        let call = pool.run(move || {
            tell.send(()).unwrap();
            body()
        });
        let call = call.start();
        told.recv().unwrap();
        call
    }
    fn back() -> ThreadId {
        block_on(ONE.run(|| thread::current().id()).start()).unwrap()
    }
    in_runtime(multi_thread, |runtime| {
        let short = ONE.run(|| (block_on(begun(&TWO, back)).unwrap(), thread::current().id()));
        let long = ONE.run(|| {
            let through = begun(&TWO, || block_on(begun(&THREE, back)).unwrap());
            (block_on(through).unwrap(), thread::current().id())
        });
        for ring in [short, long] {
            let (runs, waits) = runtime.block_on(ring);
            assert_eq!(runs, waits);
        }
    });
}

/// The same through a rayon pool, whose queue cannot be looked at: its one thread runs a call that was queued before it waited.
#[test]
fn a_rayon_thread_runs_what_the_call_made_that_it_waits_for_from_now_on() {
    static OTHER: Pool = Pool::new("begun-from-rayon").threads(1);
    for is_started_inside in [true, false] {
        in_runtime(multi_thread, move |runtime| {
            let rayon = narrow_rayon();
            let call = run_on(rayon, move || {
                let (tell, told) = oneshot::channel();
                let start = move || {
                    let body = move || {
                        let seven = async {
                            let seven = run_on(rayon, || 7).start();
                            tell.send(()).unwrap();
                            seven.await
                        };
                        block_on(seven).unwrap()
                    };
                    OTHER.run(body).start()
                };
                if is_started_inside {
                    let inside = async {
                        let call = start();
                        told.await.unwrap();
                        call.await
                    };
                    return block_on(inside).unwrap();
                }
                let call = start();
                told.blocking_recv().unwrap();
                block_on(call).unwrap()
            });
            assert_eq!(runtime.block_on(call), 7);
        });
    }
}
