//! rayon's pools as executors.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
};

use offload_tests::{Drops, drive, gate, in_time, multi_thread};
use rayon::{ThreadPool, ThreadPoolBuilder, iter::ParallelIterator, prelude::IntoParallelIterator};
use tokio::runtime::Handle;
use tokio_offload::{Error, Rayon, block_on, offload};

use super::kit::outcome;

fn pool(threads: usize) -> Arc<ThreadPool> {
    let builder = ThreadPoolBuilder::new().num_threads(threads);
    let builder = builder.thread_name(|n| format!("ray-{n}"));
    Arc::new(builder.build().unwrap())
}

#[offload(pool = *pool)]
fn on<T: 'static + Send, F: FnOnce() -> T + Send + 'static>(pool: &Arc<ThreadPool>, body: F) -> T {
    let _ = pool;
    body()
}

#[offload(pool = Rayon)]
fn sum_of_squares(up_to: u64) -> (u64, Option<usize>) {
    let sum = (0..up_to).into_par_iter().map(|n| n * n).sum();
    (sum, rayon::current_thread_index())
}

/// R2: the global pool runs bodies, and parallel iterators in them use it.
#[test]
fn the_global_pool_is_an_executor() {
    in_time(|| {
        for _ in 0..20 {
            let (sum, index) = multi_thread().block_on(sum_of_squares(1000));
            assert_eq!(sum, 332_833_500);
            assert!(index.is_some(), "the body runs on a thread of the pool");
        }
        assert_eq!(drive(sum_of_squares(3)).0, 5);
    });
}

/// A pool of one's own runs bodies; parallel iterators in them use that very pool.
#[test]
fn parallel_iterators_use_the_pool_of_the_body() {
    in_time(|| {
        let pool = pool(3);
        let names = drive(on(&pool, || {
            assert_eq!(rayon::current_num_threads(), 3);
            let all = (0..1000).into_par_iter();
            let names = all.map(|_| thread::current().name().unwrap().to_owned());
            names.collect::<Vec<_>>()
        }));
        assert_eq!(names.len(), 1000);
        assert!(names.iter().all(|name| name.starts_with("ray-")));
    });
}

/// L3: calls start in the order they were submitted.
#[test]
fn calls_start_in_order() {
    in_time(|| {
        let (pool, log) = (pool(1), Arc::new(Mutex::new(Vec::new())));
        let (gate, key) = gate();
        let first = on(&pool, move || gate.pass()).start();
        key.await_body();
        let calls = (0..50).map(|n| {
            let log = Arc::clone(&log);
            on(&pool, move || log.lock().unwrap().push(n)).start()
        });
        let calls: Vec<_> = calls.collect();
        key.open();
        drive(first);
        calls.into_iter().for_each(drive);
        assert_eq!(*log.lock().unwrap(), (0..50).collect::<Vec<_>>());
    });
}

/// P1, P2: a panic goes to the caller and leaves the pool as it was.
#[test]
fn a_panic_goes_to_the_caller() {
    in_time(|| {
        let pool = pool(1);
        for _ in 0..3 {
            let Err(Error::Panicked(panic)) = outcome(on::<(), _>(&pool, || panic!("in a ray")))
            else {
                panic!("the panic reaches the caller");
            };
            assert_eq!(panic.message().unwrap(), "in a ray");
        }
        assert_eq!(drive(on(&pool, || 2)), 2);
    });
}

/// C2: a call dropped while it waits never runs, and frees what it holds at once.
#[test]
fn a_dropped_call_never_runs() {
    in_time(|| {
        let (pool, drops) = (pool(1), Drops::default());
        let (gate, key) = gate();
        let first = on(&pool, move || gate.pass()).start();
        key.await_body();
        let probe = drops.probe();
        let gone = on(&pool, move || panic!("{probe:?}")).start();
        drop::<tokio_offload::Offload<()>>(gone);
        assert_eq!(drops.count(), 1);
        key.open();
        drive(first);
    });
}

/// X4: the caller's runtime is there in the body, and gone from the thread after it.
#[test]
fn the_runtime_of_the_caller_is_there() {
    in_time(|| {
        let (pool, runtime) = (pool(1), multi_thread());
        let call = on(&pool, || {
            let task = async { tokio::spawn(async { 6 }).await.unwrap() };
            (block_on(task).unwrap(), Handle::current().id())
        });
        assert_eq!(runtime.block_on(call), (6, runtime.handle().id()));
        assert!(drive(on(&pool, || Handle::try_current().is_err())));
    });
}

/// L12: bodies that take all threads of a pool and wait for calls of it do not wait for ever, however deep.
#[test]
fn a_waiting_body_lets_its_pool_go_on() {
    fn dive(pool: &Arc<ThreadPool>, depth: u32) -> u32 {
        if depth == 0 {
            return 0;
        }
        let inner = Arc::clone(pool);
        1 + block_on(on(pool, move || dive(&inner, depth - 1))).unwrap()
    }
    in_time(|| {
        for threads in [1, 2] {
            let (pool, runtime) = (pool(threads), multi_thread());
            let calls = (0..4).map(|_| {
                let inner = Arc::clone(&pool);
                runtime.spawn(on(&pool, move || dive(&inner, 10)))
            });
            for call in calls.collect::<Vec<_>>() {
                assert_eq!(runtime.block_on(call).unwrap(), 10);
            }
        }
    });
}

/// S2: dropping the pool finishes what was submitted.
#[test]
fn a_dropped_pool_finishes() {
    in_time(|| {
        let pool = pool(1);
        let (gate, key) = gate();
        let first = on(&pool, move || gate.pass()).start();
        key.await_body();
        let (tell, told) = mpsc::channel();
        let calls = (0..10).map(|n| {
            let tell = tell.clone();
            on(&pool, move || tell.send(n).unwrap()).start()
        });
        let calls: Vec<_> = calls.collect();
        drop((pool, tell));
        key.open();
        drive(first);
        calls.into_iter().for_each(drive);
        assert_eq!(told.into_iter().count(), 10);
    });
}
