//! Bodies that wait while calls from other pools are queued for their threads: a thread is lent to what its body waits for, and to
//! nothing else.

use std::{
    pin::pin,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
        mpsc,
    },
    task::Poll,
    time::{Duration, Instant},
};

use offload_tests::{drive, gate, in_time, multi_thread, one_slot};
use tokio::sync::oneshot;
use tokio_offload::{Pool, block_on, run};

/// A pool of one thread, and one that is a view over threads of the runtime.
fn pools() -> [Arc<Pool>; 2] {
    let own = Pool::new("circle").threads(1);
    [own, Pool::shared("circle").threads(1)].map(Arc::new)
}

/// Waits in a body for `future`, and says so after the first look at it.
fn wait_for<F: Future>(future: F, said: &mpsc::Sender<()>) -> F::Output {
    let mut first = Some(said.clone());
    let mut future = pin!(future);
    let told = std::future::poll_fn(|cx| {
        let now = future.as_mut().poll(cx);
        if let (Poll::Pending, Some(said)) = (&now, first.take()) {
            said.send(()).unwrap();
        }
        now
    });
    block_on(told).unwrap()
}

/// M4: a body that waits while it has a lock, and a body of another pool whose call wants the lock, on the same thread. It gets it once
/// the first has ended, whichever was there first.
#[test]
fn a_waiting_body_is_not_made_to_run_what_bodies_of_other_pools_call() {
    in_time(|| {
        for pool in pools() {
            for calls_first in [false, true] {
                the_lock_is_free(&pool, calls_first);
            }
        }
    });
}

fn the_lock_is_free(pool: &Arc<Pool>, calls_first: bool) {
    let runtime = multi_thread();
    let lock = Arc::new(Mutex::new(()));
    let (said, hear) = mpsc::channel();
    let (go, gone) = oneshot::channel::<()>();
    let (begin, may_wait) = mpsc::channel();
    let (locked, said_here) = (Arc::clone(&lock), said.clone());
    let holder = runtime.spawn(pool.run(move || {
        let _locked = locked.lock().unwrap();
        said_here.send(()).unwrap();
        may_wait.recv().unwrap();
        wait_for(gone, &said_here).unwrap();
    }));
    hear.recv().unwrap();
    if !calls_first {
        begin.send(()).unwrap();
        hear.recv().unwrap();
    }
    let inner = Arc::clone(pool);
    let caller = runtime.spawn(run(move || {
        wait_for(inner.run(move || lock.try_lock().is_ok()), &said)
    }));
    hear.recv().unwrap();
    if calls_first {
        begin.send(()).unwrap();
        hear.recv().unwrap();
    }
    go.send(()).unwrap();
    assert!(
        runtime.block_on(caller).unwrap(),
        "it ran on top of the other"
    );
    runtime.block_on(holder).unwrap();
}

/// L12: in circles of several pools of several threads, each call runs at once, on a thread whose body waits for it.
#[test]
fn bodies_that_wait_for_each_other_in_a_circle_proceed() {
    in_time(|| {
        for (pools, threads) in [(2, 1), (2, 3), (3, 1), (4, 2)] {
            let pools: Vec<_> = (0..pools)
                .map(|_| Arc::new(Pool::new("circle").threads(threads)))
                .collect();
            let met = Arc::new(Barrier::new(pools.len() * threads));
            let runtime = multi_thread();
            let mut calls = Vec::new();
            for (number, pool) in pools.iter().enumerate() {
                for _ in 0..threads {
                    let next = Arc::clone(&pools[(number + 1) % pools.len()]);
                    let met = Arc::clone(&met);
                    calls.push(runtime.spawn(pool.run(move || {
                        met.wait();
                        block_on(next.run(move || number)).unwrap()
                    })));
                }
            }
            for (place, call) in calls.into_iter().enumerate() {
                assert_eq!(runtime.block_on(call).unwrap(), place / threads);
            }
        }
    });
}

/// L12: many calls that cross, behind others that do not.
#[test]
fn crowds_that_cross_proceed() {
    in_time(|| {
        let [a, b] = ["cross-a", "cross-b"].map(|name| Arc::new(Pool::new(name).threads(2)));
        let runtime = multi_thread();
        let calls: Vec<_> = (0..200)
            .map(|number| {
                let (from, to) = if number % 2 == 0 { (&a, &b) } else { (&b, &a) };
                let to = Arc::clone(to);
                runtime.spawn(from.run(move || block_on(to.run(move || number)).unwrap()))
            })
            .collect();
        for (number, call) in calls.into_iter().enumerate() {
            assert_eq!(runtime.block_on(call).unwrap(), number);
        }
    });
}

/// M3: a body runs its own call of the default executor, which has no thread, and the body of this call waits for a task that calls the
/// first one's pool. The thread on which both wait looks after both pools.
#[test]
fn a_thread_looks_after_the_pools_of_all_bodies_on_it() {
    in_time(|| {
        let runtime = one_slot();
        let (gate, key) = gate();
        let busy = runtime.spawn_blocking(move || gate.pass());
        key.await_body();
        let pool = Arc::new(Pool::new("below").threads(1));
        let inner = Arc::clone(&pool);
        let call = pool.run(move || {
            let behind_a_task = run(move || {
                let task = async move { tokio::spawn(inner.run(|| 7)).await };
                block_on(task).unwrap().unwrap()
            });
            block_on(behind_a_task).unwrap()
        });
        assert_eq!(runtime.block_on(call), 7);
        key.open();
        runtime.block_on(busy).unwrap();
    });
}

/// M3: a body waits, and in its poll, or in a call of another pool that it runs itself, its thread waits in a `block_on` that is not ours
/// for a task that calls the body's pool. The thread does not look after the pool, so another does.
#[test]
fn a_pool_is_looked_after_while_the_threads_of_its_waiting_bodies_are_elsewhere() {
    in_time(|| {
        let runtime = one_slot();
        let (gate, key) = gate();
        let busy = runtime.spawn_blocking(move || gate.pass());
        key.await_body();
        let behind_a_task = |pool: &Arc<Pool>| {
            let pool = Arc::clone(pool);
            move || drive(async move { tokio::spawn(pool.run(|| 7)).await.unwrap() })
        };
        let [one, two] = ["poll", "call"].map(|name| Arc::new(Pool::new(name).threads(1)));
        let (in_a_poll, in_a_call) = (behind_a_task(&one), behind_a_task(&two));
        let one = one.run(move || block_on(async move { in_a_poll() }).unwrap());
        let two = two.run(move || block_on(run(in_a_call)).unwrap());
        let both = async { tokio::join!(one, two) };
        assert_eq!(runtime.block_on(both), (7, 7));
        key.open();
        runtime.block_on(busy).unwrap();
    });
}

/// M3: a body that comes back to its `block_on` now and then, or to a new one, is not taken for one whose thread is elsewhere: the limit
/// holds, for longer than it would for such a body.
#[test]
fn the_limit_holds_while_a_body_waits_often() {
    static LONGEST: AtomicU64 = AtomicU64::new(0);
    in_time(|| {
        let runtime = multi_thread();
        let began = Instant::now();
        let goes_on = move || began.elapsed() < Duration::from_millis(6_500);
        let short = || async {
            let began = Instant::now();
            tokio::time::sleep(Duration::from_millis(20)).await;
            LONGEST.fetch_max(began.elapsed().as_micros().try_into().unwrap(), SeqCst);
        };
        let one_wait = move || {
            let wait = async move {
                while goes_on() {
                    short().await;
                }
            };
            block_on(wait).unwrap();
        };
        let many_waits = move || {
            while goes_on() {
                block_on(async move { short().await }).unwrap();
            }
        };
        let bodies: [Box<dyn FnOnce() + Send>; 2] = [Box::new(one_wait), Box::new(many_waits)];
        let _entered = runtime.enter();
        let next = bodies.map(|body| {
            let pool = Arc::new(Pool::new("often").threads(1));
            let inner = Arc::clone(&pool);
            let ended = Arc::new(AtomicBool::new(false));
            let ends = Arc::clone(&ended);
            let first = pool.run(move || {
                block_on(inner.run(|| ())).unwrap(); // has the pool looked after
                body();
                ends.store(true, SeqCst);
            });
            (
                first.start(),
                pool.run(move || ended.load(SeqCst)).start(),
                pool,
            )
        });
        let held = next.map(|(first, next, _pool)| {
            runtime.block_on(first);
            runtime.block_on(next)
        });
        // After a second without a sign of the body, on a machine that has too much to do, a call may run beyond the limit.
        let was_late = LONGEST.load(SeqCst) > 500_000;
        assert!(was_late || held == [true; 2], "a call ran beyond the limit");
    });
}

/// M4: a body runs a call of its own in place, which has a lock and waits. Another call of the first body, behind a second pool, wants the
/// lock: it does not run on top of the one that has it.
#[test]
fn what_an_outer_body_waits_for_does_not_run_on_an_inner_one() {
    in_time(|| {
        let pool = Arc::new(Pool::new("outer").threads(1));
        let (inner, other) = (Arc::clone(&pool), Arc::clone(&pool));
        let call = pool.run(move || {
            let lock = Arc::new(Mutex::new(()));
            let (wants, (told, hear)) = (Arc::clone(&lock), oneshot::channel::<()>());
            let holds = inner.run(move || {
                let _locked = lock.lock().unwrap();
                // Longer than the call of the other pool needs to be here.
                block_on(hear).unwrap().unwrap();
                block_on(tokio::time::sleep(Duration::from_millis(50))).unwrap();
            });
            let behind = run(move || {
                told.send(()).unwrap();
                block_on(other.run(move || wants.try_lock().is_ok())).unwrap()
            });
            block_on(async { tokio::join!(holds, behind).1 }).unwrap()
        });
        assert!(multi_thread().block_on(call), "it ran on top of the other");
    });
}

/// M4: nobody waits for a call that was detached, not even the body that made it and waits for something else while it has a lock.
#[test]
fn a_detached_call_does_not_run_on_the_body_that_made_it() {
    in_time(|| {
        for pool in pools() {
            let (said, hear) = mpsc::channel();
            let inner = Arc::clone(&pool);
            let call = pool.run(move || {
                let lock = Arc::new(Mutex::new(()));
                let wants = Arc::clone(&lock);
                let _locked = lock.lock().unwrap();
                block_on(async {
                    let says = move || said.send(wants.try_lock().is_ok()).unwrap();
                    inner.run(says).detach();
                    tokio::time::sleep(Duration::from_millis(50)).await;
                })
                .unwrap();
            });
            let runtime = multi_thread();
            runtime.block_on(call);
            assert!(hear.recv().unwrap(), "it ran on top of the other");
        }
    });
}
