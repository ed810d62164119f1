//! Bodies that wait for calls of full pools: their own, and those of bodies that wait for them.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use offload_tests::{current_thread, drive, gate, in_time, multi_thread, one_slot};
use tokio::runtime::Runtime;
use tokio_offload::{Error, Pool, block_on, run, run_on};

use super::{
    block_on::narrow_rayon,
    kit::{Crowd, Peak, outcome},
};

/// A pool that calls can be made to from inside a body.
fn pool(name: &'static str, threads: usize) -> Arc<Pool> {
    Arc::new(Pool::new(name).threads(threads))
}

/// L12, X5: a call into the body's own full pool runs on the body's thread, however deep.
#[test]
fn a_call_into_ones_own_full_pool_runs_in_place() {
    fn dive(pool: &Arc<Pool>, depth: u32) -> (u32, thread::ThreadId) {
        let me = thread::current().id();
        if depth == 0 {
            return (0, me);
        }
        let inner = Arc::clone(pool);
        let below = block_on(pool.run(move || dive(&inner, depth - 1))).unwrap();
        assert_eq!(below.1, me);
        (below.0 + 1, me)
    }
    in_time(|| {
        for pool in [pool("full", 1), Arc::new(Pool::shared("full").threads(1))] {
            let inner = Arc::clone(&pool);
            let call = pool.run(move || dive(&inner, 20).0);
            assert_eq!(multi_thread().block_on(call), 20);
            assert_eq!((pool.stats().done, pool.stats().running), (21, 0));
        }
    });
}

/// L12: all threads of a pool are taken by bodies that wait for calls of it.
#[test]
fn bodies_that_fill_a_pool_can_all_call_it() {
    in_time(|| {
        let (pool, met) = (pool("full", 4), Arc::new(Barrier::new(4)));
        let runtime = multi_thread();
        let calls = (0..4).map(|n| {
            let (inner, met) = (Arc::clone(&pool), Arc::clone(&met));
            let call = pool.run(move || {
                met.wait();
                block_on(inner.run(move || n)).unwrap()
            });
            runtime.spawn(call)
        });
        let calls: Vec<_> = calls.collect();
        for (n, call) in calls.into_iter().enumerate() {
            assert_eq!(runtime.block_on(call).unwrap(), n);
        }
    });
}

/// L12: A calls B calls A, with one thread each.
#[test]
fn a_chain_that_comes_back_to_a_full_pool_proceeds() {
    in_time(|| {
        let (a, b) = (pool("a", 1), pool("b", 1));
        let (inner_a, inner_b) = (Arc::clone(&a), Arc::clone(&b));
        let call = a.run(move || {
            let back = inner_b.run(move || block_on(inner_a.run(|| 7)).unwrap());
            block_on(back).unwrap()
        });
        assert_eq!(multi_thread().block_on(call), 7);
    });
}

/// L12: a body of each pool waits for a call of the other, at once.
#[test]
fn two_full_pools_that_call_each_other_proceed() {
    in_time(|| {
        let (a, b) = (pool("a", 1), pool("b", 1));
        let met = Arc::new(Barrier::new(2));
        let runtime = multi_thread();
        let cross = |from: &Arc<Pool>, to: &Arc<Pool>, n: u32| {
            let (to, met) = (Arc::clone(to), Arc::clone(&met));
            let call = from.run(move || {
                met.wait();
                block_on(to.run(move || n)).unwrap()
            });
            runtime.spawn(call)
        };
        let calls = [cross(&a, &b, 1), cross(&b, &a, 2)];
        for (call, n) in calls.into_iter().zip([1, 2]) {
            assert_eq!(runtime.block_on(call).unwrap(), n);
        }
    });
}

/// L12: the same where one of the two is a rayon pool, whose threads cannot be told to wait for what is queued elsewhere.
#[test]
fn a_full_pool_and_a_full_rayon_pool_that_call_each_other_proceed() {
    in_time(|| {
        let (pool, on_rayon) = (pool("a", 1), narrow_rayon());
        let met = Arc::new(Barrier::new(2));
        let runtime = multi_thread();
        let (here, meets) = (Arc::clone(&met), Arc::clone(&pool));
        let from_pool = pool.run(move || {
            here.wait();
            block_on(run_on(on_rayon, || 1)).unwrap()
        });
        let from_rayon = run_on(on_rayon, move || {
            met.wait();
            block_on(meets.run(|| 2)).unwrap()
        });
        let calls = [runtime.spawn(from_pool), runtime.spawn(from_rayon)];
        for (call, n) in calls.into_iter().zip([1, 2]) {
            assert_eq!(runtime.block_on(call).unwrap(), n);
        }
    });
}

/// L12: the same between a pool of its own threads and a shared pool over those of the runtime.
#[test]
fn a_dedicated_and_a_shared_pool_that_call_each_other_proceed() {
    in_time(|| {
        let a = pool("a", 1);
        let b = Arc::new(Pool::shared("b").threads(1));
        let (inner_a, inner_b) = (Arc::clone(&a), Arc::clone(&b));
        let call = a.run(move || {
            let back = inner_b.run(move || block_on(inner_a.run(|| 7)).unwrap());
            block_on(back).unwrap()
        });
        assert_eq!(multi_thread().block_on(call), 7);
    });
}

/// L12: the same when the runtime has no thread left, so that the body of the shared pool runs on the thread that waits for it.
#[test]
fn a_nested_call_that_never_leaves_its_thread_proceeds() {
    in_time(|| {
        let runtime = one_slot();
        let (gate, key) = gate();
        let busy = runtime.spawn_blocking(move || gate.pass());
        key.await_body();
        let a = pool("a", 1);
        let b = Arc::new(Pool::shared("b").threads(1));
        let (inner_a, inner_b) = (Arc::clone(&a), Arc::clone(&b));
        let call = a.run(move || {
            let back = inner_b.run(move || block_on(inner_a.run(|| 7)).unwrap());
            block_on(back).unwrap()
        });
        assert_eq!(runtime.block_on(call), 7);
        key.open();
        runtime.block_on(busy).unwrap();
    });
}

/// L1, X10: a body that waits for a call of another pool must not run it where that pool's limit is reached.
#[test]
fn a_waiting_body_never_breaks_the_limit_of_another_pool() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let view = Arc::new(Pool::shared("view").threads(1));
        let (gate, key) = gate();
        let peak = Peak::default();
        let held = peak.clone();
        let busy = view.run(move || held.within(|| gate.pass())).start();
        key.await_body();
        let (inner, inside) = (Arc::clone(&view), peak.clone());
        let call = run(move || {
            let second = inner.run(move || inside.within(|| ()));
            // The gate opens long after a waiting body has lost its patience.
            let late = async {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                key.open();
            };
            block_on(async { tokio::join!(second, late) }).unwrap();
        });
        drive(call);
        drive(busy);
        assert_eq!(peak.highest(), 1);
    });
}

/// S1: a closed pool takes no call, from its own body neither, be it full or not.
#[test]
fn a_closed_pool_refuses_the_calls_of_its_own_bodies() {
    in_time(|| {
        for threads in [1, 2] {
            let pool = pool("closed", threads);
            let inner = Arc::clone(&pool);
            let call = pool.run(move || {
                drop(inner.close());
                block_on(inner.run(|| ()).outcome()).unwrap()
            });
            let refused = multi_thread().block_on(call);
            assert!(matches!(refused, Err(Error::Shutdown)), "{threads} threads");
        }
    });
}

/// A body without a caller's runtime has none: the threads of its pool are no place for other calls.
#[test]
fn a_body_without_a_runtime_has_none() {
    in_time(|| {
        let refused = drive(pool("lonely", 1).run(|| {
            let default = run(|| ()).start();
            let shared = Pool::shared("view").run(|| ()).start();
            let ended = (default.is_finished(), shared.is_finished());
            assert_eq!(ended, (true, true));
            (outcome(default), outcome(shared))
        }));
        assert!(matches!(
            refused,
            (Err(Error::NoRuntime), Err(Error::NoRuntime))
        ));
    });
}

/// The same one pool further on.
#[test]
fn a_body_called_by_a_body_without_a_runtime_has_none() {
    in_time(|| {
        let (a, b) = (pool("a", 1), pool("b", 1));
        let result = drive(a.run(move || drive(b.run(|| block_on(async { 5 })))));
        assert!(matches!(result, Err(Error::NoRuntime)), "{result:?}");
    });
}

/// X4, X5: the caller's runtime is there in a body of a dedicated pool, and runs its async code.
#[test]
fn a_body_can_wait_for_the_runtime_of_its_caller() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let pool = Pool::new("back").threads(1);
            let id = runtime.handle().id();
            let call = pool.run(move || {
                let task = async { tokio::spawn(async { 6 }).await.unwrap() };
                let value = block_on(task).unwrap();
                (value, tokio::runtime::Handle::current().id())
            });
            assert_eq!(runtime.block_on(call), (6, id));
        }
    });
}

/// X5: thread, async, thread, with one thread in all.
#[test]
fn thread_to_async_to_thread_works_with_one_thread() {
    in_time(|| {
        let pool = pool("one", 1);
        let inner = Arc::clone(&pool);
        let hop = move || {
            let again = async move { inner.run(|| 1).await + inner.run(|| 2).await };
            block_on(again).unwrap()
        };
        assert_eq!(multi_thread().block_on(pool.run(hop)), 3);
    });
}

/// L7: a body that waits leaves the calls in the queue where they are: only its own runs on its thread.
#[test]
fn calls_of_others_do_not_run_on_a_waiting_thread() {
    in_time(|| {
        let runtime: Runtime = multi_thread();
        let _entered = runtime.enter();
        let pool = pool("line", 1);
        let crowd = Crowd::hold(&pool, 1);
        let (inner, order) = (
            Arc::clone(&pool),
            Arc::new(std::sync::Mutex::new(Vec::new())),
        );
        let (outer, nested, last) = (order.clone(), order.clone(), order.clone());
        let first = pool.run(move || {
            block_on(inner.run(move || nested.lock().unwrap().push("nested"))).unwrap();
            outer.lock().unwrap().push("outer");
        });
        let first = first.start();
        let second = pool.run(move || last.lock().unwrap().push("next")).start();
        crowd.release();
        drive(first);
        drive(second);
        assert_eq!(*order.lock().unwrap(), ["nested", "outer", "next"]);
    });
}
