//! Calls that a body makes into its own full pool and waits for: its thread may run them, and they stay calls of their queue.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use offload_tests::{gate, in_time, multi_thread};
use tokio::{runtime::Runtime, sync::oneshot};
use tokio_offload::{Error, Offload, Pool, block_on, run};

use super::kit::outcome;

/// Starts them all, and awaits them in turn.
async fn join_all<R>(calls: impl IntoIterator<Item = Offload<R>>) -> Vec<R> {
    let calls: Vec<_> = calls.into_iter().map(Offload::start).collect();
    let mut results = Vec::new();
    for call in calls {
        results.push(call.await);
    }
    results
}

/// Runs a test on a thread of a runtime, in time.
fn in_runtime(test: impl FnOnce(&Runtime) + Send + 'static) {
    in_time(move || {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        test(&runtime);
    });
}

fn pool_of_one() -> Arc<Pool> {
    Arc::new(Pool::new("offered").threads(1))
}

/// S2: a pool that is closed runs what was submitted before, also what a waiting body was to run and did not come to.
#[test]
fn a_call_that_its_body_leaves_behind_runs_after_the_close() {
    let pool = pool_of_one();
    let inner = Arc::clone(&pool);
    let body = move || {
        let started = async {
            let call = inner.run(|| 7).start();
            drop(inner.close());
            // In a tuple: it is not awaited here.
            (call,)
        };
        block_on(started).unwrap()
    };
    in_runtime(move |runtime| {
        let (call,) = runtime.block_on(pool.run(body));
        assert_eq!(outcome(call).unwrap(), 7);
    });
}

/// A body that waits for two calls into its full pool; the first says that it runs, and waits to be let go.
fn waits_for_two(
    pool: &Arc<Pool>,
) -> (
    Offload<Result<usize, Error>>,
    impl FnOnce(),
    Arc<AtomicUsize>,
) {
    let (gate, key) = gate();
    let begun = Arc::<AtomicUsize>::default();
    let (inner, second) = (Arc::clone(pool), Arc::clone(&begun));
    let body = move || {
        let first = inner.run(move || gate.pass());
        let next = inner.run(move || second.fetch_add(1, SeqCst));
        let both = async {
            let (first, next) = (first.start(), next.start());
            first.await;
            next.await
        };
        block_on(both)
    };
    let call = pool.run(body).start();
    key.await_body();
    (call, move || drop(key), begun)
}

/// C3: what a body waits for does not begin any more once the body is cancelled.
#[test]
fn a_cancelled_body_runs_no_further_call() {
    in_runtime(|runtime| {
        let pool = pool_of_one();
        let (call, release, begun) = waits_for_two(&pool);
        call.cancel();
        release();
        assert!(matches!(outcome(call), Ok(Err(Error::Cancelled))));
        runtime.block_on(pool.idle());
        assert_eq!(begun.load(SeqCst), 0);
    });
}

/// S3: nor once its pool is shut down.
#[test]
fn a_body_of_a_pool_that_is_shut_down_runs_no_further_call() {
    in_runtime(|_| {
        let pool = pool_of_one();
        let (call, release, begun) = waits_for_two(&pool);
        pool.shutdown();
        release();
        assert!(matches!(outcome(call), Ok(Err(Error::Shutdown))));
        assert_eq!(begun.load(SeqCst), 0);
    });
}

/// A time limit around the calls is looked at after each of them.
#[test]
fn a_time_limit_around_many_calls_holds() {
    in_runtime(|runtime| {
        let pool = pool_of_one();
        let ran = Arc::<AtomicUsize>::default();
        let (inner, count) = (Arc::clone(&pool), Arc::clone(&ran));
        let body = move || {
            let calls = (0..1000).map(|_| {
                let count = Arc::clone(&count);
                inner.run(move || {
                    count.fetch_add(1, SeqCst);
                    thread::sleep(Duration::from_millis(5));
                })
            });
            let limit = Duration::from_millis(20);
            block_on(tokio::time::timeout(limit, join_all(calls))).unwrap()
        };
        assert!(runtime.block_on(pool.run(body)).is_err());
        runtime.block_on(pool.idle());
        assert!(ran.load(SeqCst) < 500, "{ran:?}");
    });
}

/// What the thread has not come to is queued, as counters have it, and takes room in the queue.
#[test]
fn a_call_that_waits_for_its_body_counts_as_queued() {
    in_runtime(|runtime| {
        let pool = Arc::new(Pool::new("counted").threads(1).queue_capacity(3));
        let (gate, key) = gate();
        let inner = Arc::clone(&pool);
        let body = move || {
            block_on(async {
                let first = inner.run(move || gate.pass()).start();
                let others = [(); 2].map(|()| inner.run(|| ()).try_start().unwrap());
                assert!(inner.run(|| ()).try_start().is_err(), "three wait");
                first.await;
                join_all(others).await;
            })
        };
        let call = pool.run(body).start();
        key.await_body();
        let stats = pool.stats();
        assert_eq!((stats.running, stats.queued), (2, 2));
        drop(key);
        runtime.block_on(call).unwrap();
    });
}

/// A body whose own call has no place goes on looking after its pool: a call there that others wait for gets a thread.
#[test]
fn a_body_that_waits_for_a_place_elsewhere_looks_after_its_pool() {
    in_runtime(|runtime| {
        let (here, there) = (pool_of_one(), Arc::new(Pool::shared("there").threads(1)));
        let (done, heard) = mpsc::channel();
        let (holds_it, held) = mpsc::channel();
        let holds = there.run(move || {
            holds_it.send(()).unwrap();
            heard.recv().unwrap();
        });
        let holds = holds.start();
        held.recv().unwrap();
        let elsewhere = Arc::clone(&there);
        let (waits, waiting) = mpsc::channel();
        let body = here.run(move || {
            let call = elsewhere.run(|| 1).start();
            waits.send(()).unwrap();
            block_on(call).unwrap()
        });
        let body = body.start();
        waiting.recv().unwrap();
        // The body there waits for this call, through a channel.
        let frees = here.run(move || done.send(()).unwrap()).start();
        assert_eq!(runtime.block_on(body), 1);
        runtime.block_on(frees);
        runtime.block_on(holds);
    });
}

/// L5: a body that waits inside its own wait counts once: the other body of the pool works, so the limit holds.
#[test]
fn the_limit_holds_while_one_body_waits_twice() {
    in_runtime(|runtime| {
        let pool = Pool::new("twice").threads(2);
        let (go, gone) = oneshot::channel::<()>();
        let (waits, waiting) = mpsc::channel();
        let inner = move || {
            waits.send(()).unwrap();
            block_on(gone).unwrap().unwrap();
        };
        let twice = pool.run(move || block_on(async { inner() }).unwrap());
        let twice = twice.start();
        waiting.recv().unwrap();
        let (gate, key) = gate();
        let works = pool.run(move || gate.pass()).start();
        key.await_body();
        let ran = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&ran);
        let next = pool.run(move || count.fetch_add(1, SeqCst)).start();
        // Longer than pools whose bodies all wait are given.
        thread::sleep(Duration::from_millis(2_500));
        assert_eq!(ran.load(SeqCst), 0);
        go.send(()).unwrap();
        drop(key);
        runtime.block_on(async { (twice.await, works.await, next.await) });
    });
}

/// Each page begins the next one and ends: what waited once is not kept by those that come after it.
#[test]
fn a_chain_of_calls_that_each_begin_the_next_has_no_end() {
    fn page(number: u32, pool: &Arc<Pool>) -> Option<Offload<Option<Next>>> {
        let next = number.checked_sub(1)?;
        let again = Arc::clone(pool);
        Some(pool.run(move || {
            block_on(async { page(next, &again).map(Offload::start).map(Next) }).unwrap()
        }))
    }
    struct Next(Offload<Option<Next>>);

    in_runtime(|runtime| {
        let pool = Arc::new(Pool::new("pages").threads(2));
        let pages = runtime.block_on(async {
            let mut pages = 0;
            let mut next = page(50_000, &pool).map(Next);
            while let Some(Next(call)) = next {
                next = call.await;
                pages += 1;
            }
            pages
        });
        assert_eq!(pages, 50_000);
    });
}

/// A body that starts thousands of calls into its own pool and waits for them all.
#[test]
fn a_body_waits_for_thousands_of_calls_of_its_own() {
    in_runtime(|runtime| {
        let pool = pool_of_one();
        let inner = Arc::clone(&pool);
        let sum = runtime.block_on(pool.run(move || {
            let calls: Vec<_> = (0..10_000_u64)
                .map(|n| inner.run(move || n).start())
                .collect();
            block_on(join_all(calls)).unwrap().into_iter().sum::<u64>()
        }));
        assert_eq!(sum, 49_995_000);
        assert_eq!(runtime.block_on(run(|| 1)), 1);
    });
}

/// M3: of two calls that a body was offered, the first waits for the second.
#[test]
fn a_call_that_waits_for_another_one_of_the_same_body_proceeds() {
    in_time(|| {
        let pool = Arc::new(Pool::new("joined").threads(1));
        let inner = Arc::clone(&pool);
        let call = pool.run(move || {
            let (told, hear) = oneshot::channel();
            let first = inner.run(move || block_on(hear).unwrap().unwrap());
            let second = inner.run(move || told.send(7).unwrap());
            block_on(async { tokio::join!(first, second).0 }).unwrap()
        });
        assert_eq!(multi_thread().block_on(call), 7);
    });
}
