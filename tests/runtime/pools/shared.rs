//! Shared pools over the blocking threads that a runtime has anyway, and pools used from several runtimes.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use offload_tests::{current_thread, drive, gate, in_time, multi_thread, one_slot};
use tokio::runtime::{Builder, Handle};
use tokio_offload::{Error, Offload, Pool, block_on, offload, run};

use super::kit::{Crowd, Peak, kinds, outcome};

/// The bodies of a shared pool run on the threads of the caller's runtime.
#[test]
fn a_shared_pool_uses_the_threads_of_the_runtime() {
    in_time(|| {
        let view = Pool::shared("view").threads(2);
        for name in ["home", "away"] {
            let mut builder = Builder::new_current_thread();
            let runtime = builder.thread_name(name).build().unwrap();
            let call = view.run(|| {
                (
                    thread::current().name().unwrap().to_owned(),
                    Handle::current().id(),
                )
            });
            assert_eq!(
                runtime.block_on(call),
                (name.to_owned(), runtime.handle().id())
            );
        }
    });
}

/// S8: a shared pool without a runtime has no threads.
#[test]
fn a_shared_pool_needs_a_runtime() {
    in_time(|| {
        let view = Pool::shared("view");
        assert!(matches!(outcome(view.run(|| ())), Err(Error::NoRuntime)));
        let tried = view.run(|| ()).try_start().expect("it is not full");
        assert!(matches!(outcome(tried), Err(Error::NoRuntime)));
        assert_eq!(view.stats().refused, 2, "D6: they are counted");
    });
}

/// L1: the limit counts for each runtime by itself.
#[test]
fn a_shared_pool_has_its_limit_in_each_runtime() {
    in_time(|| {
        let view = Pool::shared("view").threads(1).queue_capacity(0);
        let (home, away) = (multi_thread(), multi_thread());
        let entered = home.enter();
        let crowd = Crowd::hold(&view, 1);
        assert!(view.run(|| ()).try_start().is_err());
        drop(entered);
        assert_eq!(away.block_on(view.run(|| 5)), 5);
        assert_eq!(view.stats().running, 1);
        crowd.release();
    });
}

/// L11: the limit of the pool and that of the runtime under it are both kept, and what a call had of both is given back.
#[test]
fn a_shared_pool_keeps_its_own_limit_and_that_of_the_runtime() {
    in_time(|| {
        for (of_pool, of_runtime) in [(3, 2), (2, 3)] {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(1).max_blocking_threads(of_runtime);
            let runtime = builder.build().unwrap();
            let _entered = runtime.enter();
            let (pool, peak) = (Pool::shared("both").threads(of_pool), Peak::default());
            // Two at a time, and never one alone.
            let pair = Arc::new(Barrier::new(2));
            let bodies = (0..20).map(|_| {
                let (peak, pair) = (peak.clone(), Arc::clone(&pair));
                let body = move || {
                    peak.within(|| {
                        pair.wait();
                    });
                };
                pool.run(body).start()
            });
            bodies.collect::<Vec<_>>().into_iter().for_each(drive);
            assert_eq!(peak.highest(), 2);
            let all = Arc::new(Barrier::new(of_runtime));
            let free = (0..of_runtime).map(|_| {
                let all = Arc::clone(&all);
                run(move || {
                    all.wait();
                })
                .start()
            });
            free.collect::<Vec<_>>().into_iter().for_each(drive);
            assert_eq!(pool.stats().running, 0);
        }
    });
}

/// L8: a full shared pool delays neither another shared pool nor calls without a pool, and they do not delay it.
#[test]
fn a_full_shared_pool_delays_no_other_calls() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let views = [Pool::shared("a").threads(1), Pool::shared("b").threads(1)];
        let crowd = Crowd::hold(&views[0], 1);
        let line: Vec<_> = (0..100).map(|_| views[0].run(|| ()).start()).collect();
        assert_eq!(drive(views[1].run(|| 6)), 6);
        assert_eq!(drive(run(|| 7)), 7);
        assert!(line.iter().all(|call| !call.is_finished()));
        crowd.release();
        line.into_iter().for_each(drive);
    });
}

/// Each body submits the next, so that there is always one in the queue.
fn again(view: &Arc<Pool>, over: &Arc<AtomicBool>) {
    let (inner, end) = (Arc::clone(view), Arc::clone(over));
    if !over.load(SeqCst) {
        view.run(move || again(&inner, &end)).detach();
    }
}

/// L8: a shared pool that never runs dry gives its thread back to others from time to time.
#[test]
fn a_busy_shared_pool_lets_others_have_the_thread() {
    in_time(|| {
        let runtime = one_slot();
        let _entered = runtime.enter();
        let view = Arc::new(Pool::shared("greedy").threads(1));
        let over = Arc::new(AtomicBool::new(false));
        again(&view, &over);
        let others = runtime.spawn_blocking(|| 8);
        assert_eq!(runtime.block_on(others).unwrap(), 8);
        over.store(true, SeqCst);
        drive(view.idle());
    });
}

/// Settings of threads that belong to somebody else are refused.
#[test]
fn a_shared_pool_has_no_thread_settings() {
    let settings: [fn(Pool) -> Pool; 5] = [
        |pool| pool.keep_alive(Duration::ZERO),
        |pool| pool.stack_size(1),
        |pool| pool.on_start(|| ()),
        |pool| pool.on_stop(|| ()),
        |pool| pool.init(|| Ok(())),
    ];
    for set in settings {
        let set = AssertUnwindSafe(|| drop(set(Pool::shared("view"))));
        let payload = catch_unwind(set).unwrap_err();
        assert_eq!(
            *payload.downcast::<&str>().unwrap(),
            "a shared pool has no threads of its own: set this on the runtime, or use `Pool::new`"
        );
    }
}

/// Pools in a `static`, in a field and in an argument, from runtimes one after the other and at once.
mod places {
    use super::{
        Arc, Offload, Pool, current_thread, drive, in_time, multi_thread, offload, thread,
    };

    static STATIC: Pool = Pool::new("static").threads(2).queue_capacity(256);
    static VIEW: Pool = Pool::shared("view").threads(2);

    fn name() -> String {
        thread::current().name().unwrap_or_default().to_owned()
    }

    #[offload(pool = STATIC)]
    fn in_a_static() -> String {
        name()
    }

    #[offload(pool = VIEW)]
    fn in_a_view() -> u32 {
        4
    }

    #[derive(Clone)]
    struct Field {
        pool: Arc<Pool>,
        left: u32,
    }

    impl Field {
        #[offload(pool = self.pool)]
        fn named(&self, right: u32) -> (String, u32) {
            (name(), self.left + right)
        }
    }

    #[offload(pool = pool)]
    fn in_an_argument(pool: Arc<Pool>) -> String {
        drop(pool);
        name()
    }

    #[offload(pool = *pool)]
    fn behind_an_argument(pool: &Arc<Pool>) -> String {
        let _ = pool;
        name()
    }

    #[test]
    fn every_place_of_a_pool_is_used() {
        in_time(|| {
            let runtime = current_thread();
            assert!(drive(in_a_static()).starts_with("static-"));
            assert_eq!(runtime.block_on(in_a_view()), 4);
            let pool = Arc::new(Pool::new("field").threads(1));
            let field = Field { pool, left: 1 };
            assert_eq!(drive(field.named(2)), ("field-0".to_owned(), 3));
            assert_eq!(drive(behind_an_argument(&field.pool)), "field-0");
            assert_eq!(drive(in_an_argument(field.pool)), "field-0");
            assert_eq!(STATIC.stats().running + VIEW.stats().running, 0);
        });
    }

    #[test]
    fn runtimes_one_after_the_other_share_a_pool() {
        in_time(|| {
            for _ in 0..50 {
                let runtimes = [current_thread(), multi_thread()];
                let at_once: [Offload<String>; 2] = [in_a_static(), in_a_static()];
                for (runtime, call) in runtimes.iter().zip(at_once) {
                    assert!(runtime.block_on(call).starts_with("static-"));
                    assert_eq!(runtime.block_on(in_a_view()), 4);
                }
            }
        });
    }
}

/// X4: each caller's runtime is there in its own body, on the same thread.
#[test]
fn each_body_has_the_runtime_of_its_caller() {
    in_time(|| {
        let pool = Pool::new("both").threads(1);
        let (home, away) = (current_thread(), multi_thread());
        for _ in 0..20 {
            for runtime in [&home, &away] {
                let body = || (Handle::current().id(), block_on(async { 5 }).ok());
                let id = runtime.handle().id();
                assert_eq!(runtime.block_on(pool.run(body)), (id, Some(5)));
            }
            let lonely = drive(pool.run(|| block_on(async { 5 })));
            assert!(matches!(lonely, Err(Error::NoRuntime)));
        }
    });
}

/// S7: the end of one runtime leaves the calls of another alone, and those that a dedicated pool was given.
#[test]
fn the_end_of_a_runtime_is_its_own() {
    in_time(|| {
        let (home, away) = (multi_thread(), multi_thread());
        for pool in kinds(1) {
            let (gate, key) = gate();
            let call = {
                let _entered = home.enter();
                pool.run(move || {
                    gate.pass();
                    tokio_offload::is_cancelled()
                })
                .start()
            };
            key.await_body();
            let leaving = current_thread();
            leaving.block_on(async { pool.run(|| ()).detach() });
            drop(leaving);
            key.open();
            assert!(!away.block_on(call));
            assert_eq!(home.block_on(pool.run(|| 2)), 2);
        }
    });
}
