//! Pools that grow and shrink while they are used.

use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
};

use offload_tests::{Key, Seed, drive, gate, in_time, multi_thread, rounds};
use tokio_offload::{Offload, Pool};

use super::kit::{Crowd, Peak, join, kinds};

/// A call that is in the queue behind others, and the key to its body.
fn in_line(pool: &Pool) -> (Offload<()>, Key) {
    let (gate, key) = gate();
    (pool.run(move || gate.pass()).start(), key)
}

/// L2: raising the limit starts those who wait, at once and as many as it says.
#[test]
fn growing_starts_calls_that_wait() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let crowd = Crowd::hold(&pool, 1);
            let line: Vec<_> = (0..5).map(|_| in_line(&pool)).collect();
            pool.set_threads(4);
            for (_, key) in &line[..3] {
                key.await_body();
            }
            assert_eq!((pool.stats().running, pool.stats().queued), (4, 2));
            assert!(line[3..].iter().all(|(_, key)| !key.body_came()));
            for (call, key) in line {
                key.open();
                drive(call);
            }
            crowd.release();
        }
    });
}

/// L2: lowering the limit disturbs nobody who runs, and holds from the next body on.
#[test]
fn shrinking_stops_no_running_body() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(3) {
            let mut crowd = Crowd::hold(&pool, 3);
            let (next, key) = in_line(&pool);
            pool.set_threads(1);
            assert_eq!(pool.stats().running, 3);
            crowd.release_one();
            crowd.release_one();
            // Two slots were given back and none was free: one body still runs.
            assert_eq!(pool.stats().queued, 1);
            assert!(!key.body_came());
            crowd.release_one();
            key.await_body();
            key.open();
            drive(next);
        }
    });
}

/// L2: lowering and then raising never grants more than the last word.
#[test]
fn shrinking_and_growing_again_gives_no_more_threads_than_the_limit() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(3) {
            let crowd = Crowd::hold(&pool, 3);
            let line: Vec<_> = (0..6).map(|_| in_line(&pool)).collect();
            for threads in [1, 2, 1, 3, 2, 4] {
                pool.set_threads(threads);
            }
            line[0].1.await_body();
            assert_eq!((pool.stats().running, pool.stats().queued), (4, 5));
            assert!(line[1..].iter().all(|(_, key)| !key.body_came()));
            crowd.release();
            for (call, key) in line {
                key.open();
                drive(call);
            }
        }
    });
}

/// L2, L1: under any sequence of sizes, no more bodies run than the largest size says, and all run.
#[test]
fn no_sequence_of_sizes_breaks_the_limit() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (peak, mut seed) = (Peak::default(), Seed::new(7));
            let mut calls = Vec::new();
            for _ in 0..2000 {
                let size = 1 + seed.index(4);
                pool.set_threads(size);
                let peak = peak.clone();
                calls.push(pool.run(move || peak.within(thread::yield_now)).start());
            }
            calls.into_iter().for_each(drive);
            assert!(peak.highest() <= 4);
        }
    });
}

/// L2: a size set before the first call counts.
#[test]
fn an_unused_pool_can_be_resized() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1).map(|pool| pool.queue_capacity(0)) {
            pool.set_threads(3);
            let crowd = Crowd::hold(&pool, 3);
            assert!(pool.run(|| ()).try_start().is_err());
            crowd.release();
        }
    });
}

/// L2: of two sizes set at once one holds, in every part of the pool: what is accepted without waiting runs at once.
#[test]
fn of_two_sizes_at_once_one_holds() {
    in_time(|| {
        for _ in rounds(2000) {
            let pool = Arc::new(Pool::new("contested").threads(2).queue_capacity(0));
            let start = Arc::new(Barrier::new(3));
            let setters = [1, 4, 2].map(|size| {
                let (pool, start) = (Arc::clone(&pool), Arc::clone(&start));
                thread::spawn(move || {
                    start.wait();
                    for _ in 0..100 {
                        pool.set_threads(size);
                    }
                })
            });
            join(setters);
            let (arrived, bodies) = mpsc::channel();
            let mut opens = Vec::new();
            loop {
                let (open, opened) = mpsc::channel::<()>();
                let arrived = arrived.clone();
                let body = move || {
                    arrived.send(()).unwrap();
                    opened.recv().unwrap_err();
                };
                let Ok(call) = pool.run(body).try_start() else {
                    break;
                };
                call.detach();
                opens.push(open);
            }
            for _ in &opens {
                bodies.recv().unwrap();
            }
        }
    });
}
