//! Many seeded rounds of submitting against whatever can happen to a pool: each accepted call ends, and the counters add up.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

use offload_tests::{Drops, Probe, Seed, current_thread, drive, in_time, multi_thread, rounds};
use tokio::runtime::{Handle, Runtime};
use tokio_offload::{Error, Offload, Pool};

use super::kit::{Peak, join, outcome};

/// Calls raced in each test at most.
const CALLS: u64 = 100_000;

/// How the calls of one thread ended.
#[derive(Default)]
struct Ends {
    done: u64,
    shut: u64,
    cancelled: u64,
}

impl Ends {
    /// Waits for a call, which must end in one of the ways there are.
    fn add(&mut self, call: Offload<Probe>) {
        match outcome(call) {
            Ok(_) => self.done += 1,
            Err(Error::Shutdown) => self.shut += 1,
            Err(Error::Cancelled) => self.cancelled += 1,
            Err(other) => panic!("{other:?}"),
        }
    }

    fn sum(&self) -> u64 {
        self.done + self.shut + self.cancelled
    }
}

/// A call that counts the drops of what it holds.
fn call(pool: &Pool, drops: &Drops) -> Offload<Probe> {
    let probe = drops.probe();
    pool.run(move || probe)
}

/// Runs `one` and `other` at once.
fn at_once(one: impl FnOnce() + Send + 'static, other: impl FnOnce() + Send + 'static) {
    let start = Arc::new(Barrier::new(2));
    let meet = Arc::clone(&start);
    let thread = thread::spawn(move || {
        meet.wait();
        other();
    });
    start.wait();
    one();
    join([thread]);
}

/// At rest each submitted call is in one counter, and everything was dropped once.
fn at_rest(pool: &Pool, drops: &Drops, submitted: u64) {
    drive(pool.idle());
    let stats = pool.stats();
    let ended = stats.done + stats.panicked + stats.cancelled + stats.refused;
    assert_eq!((stats.queued, stats.running, ended), (0, 0, submitted));
    assert_eq!(u64::try_from(drops.count()).unwrap(), submitted);
}

/// A batch of calls submitted while `other` happens to the pool.
fn batch(
    pool: &Arc<Pool>,
    size: u64,
    seed: u64,
    other: impl FnOnce(&Pool) + Send + 'static,
) -> Drops {
    let drops = Drops::default();
    let (submitting, probes) = (Arc::clone(pool), drops.clone());
    let happening = Arc::clone(pool);
    let submit = move || {
        let mut seed = Seed::new(seed);
        let mut calls = Vec::new();
        for _ in 0..size {
            calls.push(call(&submitting, &probes).start());
            seed.dawdle();
        }
        let mut ends = Ends::default();
        for call in calls {
            ends.add(call);
        }
        assert_eq!(ends.sum(), size);
    };
    let dawdling = move || {
        Seed::new(!seed).dawdle();
        other(&happening);
    };
    at_once(submit, dawdling);
    drops
}

/// S9: shutting down, by either way.
#[test]
fn submitting_races_the_end() {
    in_time(|| {
        for round in rounds(CALLS / 50) {
            let threads = 1 + usize::try_from(round % 3).unwrap();
            let pool = Arc::new(Pool::new("ending").threads(threads));
            let drops = batch(&pool, 50, round + 1, move |pool| {
                if round % 2 == 0 {
                    pool.shutdown();
                } else {
                    drive(pool.close());
                }
            });
            at_rest(&pool, &drops, 50);
        }
    });
}

/// S9: the same in a shared pool, whose runtime stays.
#[test]
fn submitting_to_a_shared_pool_races_the_end() {
    in_time(|| {
        let runtime = multi_thread();
        for round in rounds(CALLS / 100) {
            let view = Arc::new(Pool::shared("ending").threads(2));
            let handle: Handle = runtime.handle().clone();
            let (inner, drops) = (Arc::clone(&view), Drops::default());
            let probes = drops.clone();
            let submit = move || {
                let _entered = handle.enter();
                let calls = (0..100).map(|_| call(&inner, &probes).start());
                let mut ends = Ends::default();
                calls
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|call| ends.add(call));
                assert_eq!(ends.sum(), 100);
            };
            let ending = Arc::clone(&view);
            at_once(submit, move || {
                Seed::new(round + 1).dawdle();
                ending.shutdown();
            });
            at_rest(&view, &drops, 100);
        }
    });
}

/// C12, C9: cancelling and dropping, from the thread that submits.
#[test]
fn submitting_races_cancelling() {
    in_time(|| {
        let pool = Pool::new("cancelling").threads(2);
        let (drops, mut seed, mut ends) = (Drops::default(), Seed::new(3), Ends::default());
        let (mut dropped, mut submitted) = (0, 0);
        for _ in rounds(CALLS) {
            submitted += 1;
            let call = call(&pool, &drops).start();
            seed.dawdle();
            if seed.below(2) == 0 {
                drop(call);
                dropped += 1;
            } else {
                call.cancel();
                ends.add(call);
            }
        }
        at_rest(&pool, &drops, submitted);
        assert_eq!(ends.sum() + dropped, submitted);
        assert_eq!(ends.shut, 0);
        assert!(pool.stats().cancelled >= ends.cancelled);
    });
}

/// L10: threads that end as soon as they are idle.
#[test]
fn submitting_races_threads_that_end() {
    in_time(|| {
        for keep in [
            Duration::ZERO,
            Duration::from_nanos(1),
            Duration::from_micros(20),
        ] {
            let pool = Pool::new("leaving").threads(2).keep_alive(keep);
            let (drops, mut seed) = (Drops::default(), Seed::new(5));
            let mut ends = Ends::default();
            // Each of them starts a thread.
            for _ in rounds(CALLS / 15) {
                ends.add(call(&pool, &drops).start());
                seed.dawdle();
            }
            assert_eq!(ends.done, ends.sum());
            at_rest(&pool, &drops, ends.done);
        }
    });
}

/// L2, L1: resizing, in one direction and the other.
#[test]
fn submitting_races_resizing() {
    in_time(|| {
        for round in rounds(CALLS / 1000) {
            let pool = Arc::new(Pool::new("resizing").threads(2));
            let peak = Peak::default();
            let (resized, submitted, inside) = (Arc::clone(&pool), Arc::clone(&pool), peak.clone());
            let submit = move || {
                let calls = (0..1000).map(|_| {
                    let inside = inside.clone();
                    submitted.run(move || inside.within(|| ())).start()
                });
                calls.collect::<Vec<_>>().into_iter().for_each(drive);
            };
            let resize = move || {
                let mut seed = Seed::new(round + 1);
                for _ in 0..20 {
                    resized.set_threads(1 + seed.index(4));
                    seed.dawdle();
                }
            };
            at_once(submit, resize);
            assert!(peak.highest() <= 4);
            drive(pool.idle());
            assert_eq!((pool.stats().done, pool.stats().running), (1000, 0));
        }
    });
}

/// S2, S10: the pool is dropped; all that was submitted still runs.
#[test]
fn submitting_races_the_drop_of_the_pool() {
    in_time(|| {
        let (drops, mut submitted) = (Drops::default(), 0);
        for round in rounds(CALLS / 20) {
            submitted += 20;
            let pool = Arc::new(Pool::new("dropped").threads(1));
            let (last, probes) = (Arc::clone(&pool), drops.clone());
            let submit = move || {
                let calls: Vec<_> = (0..20).map(|_| call(&pool, &probes).start()).collect();
                drop(pool);
                let mut ends = Ends::default();
                for call in calls {
                    ends.add(call);
                }
                assert_eq!(ends.done, 20);
            };
            at_once(submit, move || {
                Seed::new(round + 1).dawdle();
                drop(last);
            });
        }
        assert_eq!(drops.count(), submitted);
    });
}

/// S9, S7: the runtime of the callers is dropped, with calls of a shared pool and of a dedicated pool under way.
#[test]
fn submitting_races_the_end_of_the_runtime() {
    in_time(|| {
        let own = Arc::new(Pool::new("own").threads(2));
        let view = Arc::new(Pool::shared("view").threads(2));
        let (of_own, of_view) = (Drops::default(), Drops::default());
        let mut submitted = 0;
        for round in rounds(CALLS / 100) {
            submitted += 50;
            let runtime = if round % 2 == 0 {
                current_thread()
            } else {
                multi_thread()
            };
            let handle = runtime.handle().clone();
            let (own, view) = (Arc::clone(&own), Arc::clone(&view));
            let (in_own, in_view) = (of_own.clone(), of_view.clone());
            let submit = move || {
                let _entered = handle.enter();
                let calls = (0..50)
                    .flat_map(|_| [call(&own, &in_own).start(), call(&view, &in_view).start()]);
                let mut ends = Ends::default();
                calls
                    .collect::<Vec<_>>()
                    .into_iter()
                    .for_each(|call| ends.add(call));
                assert!(ends.done >= 50 && ends.sum() == 100);
            };
            at_once(submit, move || end(runtime, round));
        }
        at_rest(&own, &of_own, submitted);
        assert_eq!(own.stats().done, submitted);
        at_rest(&view, &of_view, submitted);
    });
}

fn end(runtime: Runtime, round: u64) {
    Seed::new(round + 1).dawdle();
    if round % 3 == 0 {
        runtime.shutdown_background();
    } else {
        drop(runtime);
    }
}
