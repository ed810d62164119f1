//! What waits: its order, its bound, and calls that leave the line.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use offload_tests::{Drops, current_thread, drive, in_time, multi_thread};
use tokio_offload::{Error, Offload, Pool};

use super::kit::{Crowd, join, kinds, outcome};

/// What bodies write down when they run.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u32>>>);

impl Log {
    fn call(&self, pool: &Pool, n: u32) -> Offload<()> {
        let log = Arc::clone(&self.0);
        pool.run(move || log.lock().unwrap().push(n))
    }

    fn take(&self) -> Vec<u32> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// L3: calls start in the order they were submitted, whatever order they were made or are awaited in.
#[test]
fn calls_start_in_order() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (log, crowd) = (Log::default(), Crowd::hold(&pool, 1));
            let made: Vec<_> = (0..100).map(|n| log.call(&pool, n)).collect();
            let started: Vec<_> = made.into_iter().rev().map(Offload::start).collect();
            crowd.release();
            started.into_iter().for_each(drive);
            assert_eq!(log.take(), (0..100).rev().collect::<Vec<_>>());
        }
    });
}

/// C2, C16: calls that leave the line, from any place in it, leave the others where they are.
#[test]
fn calls_can_be_dropped_anywhere_in_the_queue() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (log, crowd) = (Log::default(), Crowd::hold(&pool, 1));
            let line = (0..9).map(|n| Some(log.call(&pool, n).start()));
            let mut line: Vec<_> = line.collect();
            for n in [8, 0, 4, 5, 2] {
                line[n] = None;
            }
            line[6].as_ref().unwrap().cancel();
            crowd.release();
            let cancelled = outcome(line[6].take().unwrap());
            assert!(matches!(cancelled, Err(Error::Cancelled)));
            line.into_iter().flatten().for_each(drive);
            assert_eq!(log.take(), [1, 3, 7]);
            drive(pool.idle());
            let stats = pool.stats();
            assert_eq!((stats.done, stats.cancelled, stats.queued), (4, 6, 0));
        }
    });
}

/// R9: what a call holds is dropped when it leaves the line, not when a thread comes to it.
#[test]
fn a_call_dropped_in_the_queue_frees_its_arguments() {
    in_time(|| {
        let (pool, drops) = (Pool::new("freed").threads(1), Drops::default());
        let crowd = Crowd::hold(&pool, 1);
        let probe = drops.probe();
        let call = pool.run(move || panic!("{probe:?}")).start();
        assert_eq!(drops.count(), 0);
        drop(call);
        assert_eq!(drops.count(), 1);
        crowd.release();
    });
}

/// L7: the first call too many is refused and comes back unharmed; there is room again once the line moves.
#[test]
fn a_full_queue_refuses() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(2).map(|pool| pool.queue_capacity(3)) {
            let (drops, crowd) = (Drops::default(), Crowd::hold(&pool, 2));
            let waiting: Vec<_> = (0..3)
                .map(|n| pool.run(move || n).try_start().unwrap())
                .collect();
            let probe = drops.probe();
            let call = pool.run(move || drop(probe));
            let refused = call.try_start().unwrap_err();
            assert_eq!(
                refused.to_string(),
                "the queue is full: as many calls wait as its `queue_capacity` allows"
            );
            let call = refused.into_call();
            assert_eq!((drops.count(), call.is_finished()), (0, false));
            let refused = call.try_start().unwrap_err();
            assert_eq!(pool.stats().refused, 2);
            crowd.release();
            let sum: u32 = waiting.into_iter().map(drive).sum();
            assert_eq!(sum, 3);
            drive(pool.idle());
            drive(refused.into_call().try_start().unwrap());
            assert_eq!(drops.count(), 1);
        }
    });
}

/// L7, P5: a refused call may also be awaited, which waits in the queue, or dropped, or turned into an error.
#[test]
fn a_refused_call_is_still_a_call() {
    in_time(|| {
        let (pool, drops) = (
            Pool::new("none").threads(1).queue_capacity(0),
            Drops::default(),
        );
        let crowd = Crowd::hold(&pool, 1);
        let patient = pool.run(|| 8).try_start().unwrap_err().into_call().start();
        let probe = drops.probe();
        let call = pool.run(move || panic!("{probe:?}"));
        let refused = call.try_start().unwrap_err();
        let text = format!("{refused:?}");
        assert!(
            text.starts_with("Refused(Offload { site: `tokio_offload::Pool::run`"),
            "{text}"
        );
        assert!(matches!(Error::from(refused), Error::Full));
        assert_eq!(drops.count(), 1);
        crowd.release();
        assert_eq!(drive(patient), 8);
    });
}

/// L7: calls that await their turn take no thread, and the bound is none of their business.
#[test]
fn awaiting_calls_take_no_thread() {
    in_time(|| {
        let pool = Arc::new(Pool::new("patience").threads(1).queue_capacity(0));
        let crowd = Crowd::hold(&pool, 1);
        let runtime = current_thread();
        let calls = (0..1000).map(|n| runtime.spawn(pool.run(move || n)));
        let calls: Vec<_> = calls.collect();
        // The one thread of the runtime is free to come around to all of them, and to this.
        let look = Arc::clone(&pool);
        let stats = runtime.block_on(async move {
            while look.stats().queued < 1000 {
                tokio::task::yield_now().await;
            }
            look.stats()
        });
        assert_eq!((stats.queued, stats.running, stats.threads), (1000, 1, 1));
        crowd.release();
        for (n, call) in calls.into_iter().enumerate() {
            assert_eq!(runtime.block_on(call).unwrap(), n);
        }
    });
}

/// L7: calls that have left the line are no reason to refuse others.
#[test]
fn dropped_calls_make_room_in_the_queue() {
    in_time(|| {
        let pool = Pool::new("room").threads(1).queue_capacity(4);
        let crowd = Crowd::hold(&pool, 1);
        let gone: Vec<_> = (0..4).map(|_| pool.run(|| ()).start()).collect();
        assert!(pool.run(|| ()).try_start().is_err());
        drop(gone);
        let calls: Vec<_> = (0..4)
            .map(|_| pool.run(|| ()).try_start().unwrap())
            .collect();
        assert!(pool.run(|| ()).try_start().is_err());
        crowd.release();
        calls.into_iter().for_each(drive);
        drive(pool.idle());
        let stats = pool.stats();
        assert_eq!((stats.done, stats.cancelled, stats.refused), (5, 4, 2));
    });
}

/// L4: a call that will not wait cannot pass one that does, also when a slot has just become free.
#[test]
fn try_start_passes_no_call_that_waits() {
    in_time(|| {
        for _ in 0..200 {
            let (pool, log) = (
                Pool::new("turns").threads(1).queue_capacity(1),
                Log::default(),
            );
            let crowd = Crowd::hold(&pool, 1);
            let waiter = log.call(&pool, 1).start();
            assert!(log.call(&pool, 0).try_start().is_err());
            crowd.release();
            let mut call = log.call(&pool, 2);
            let passed = loop {
                match call.try_start() {
                    Ok(call) => break call,
                    Err(refused) => call = refused.into_call(),
                }
            };
            drive(waiter);
            drive(passed);
            assert_eq!(log.take(), [1, 2]);
        }
    });
}

/// L7: the bound holds however many try at once.
#[test]
fn queue_capacity_holds_against_many_try_starts_at_once() {
    in_time(|| {
        for _ in 0..200 {
            let pool = Arc::new(Pool::new("bound").threads(1).queue_capacity(3));
            let crowd = Crowd::hold(&pool, 1);
            let (start, accepted) = (Arc::new(Barrier::new(4)), Arc::new(AtomicUsize::new(0)));
            let rush = || {
                let (pool, start, accepted) = (pool.clone(), start.clone(), accepted.clone());
                thread::spawn(move || {
                    start.wait();
                    for _ in 0..2 {
                        if let Ok(call) = pool.run(|| ()).try_start() {
                            accepted.fetch_add(1, SeqCst);
                            call.detach();
                        }
                    }
                })
            };
            let rush: Vec<_> = (0..4).map(|_| rush()).collect();
            join(rush);
            assert_eq!(accepted.load(SeqCst), 3);
            crowd.release();
        }
    });
}

/// A call that was started before is left as it is.
#[test]
fn trying_to_start_twice_starts_once() {
    in_time(|| {
        let pool = Pool::new("once").threads(1).queue_capacity(0);
        let crowd = Crowd::hold(&pool, 1);
        let call = pool.run(|| 3).start();
        let call = call.try_start().unwrap().start();
        crowd.release();
        assert_eq!(drive(call), 3);
        assert_eq!(pool.stats().refused, 0);
    });
}

/// F1: while a pool is full the runtime goes on: timers fire, tasks take turns.
#[test]
fn a_full_pool_does_not_hold_up_the_runtime() {
    in_time(|| {
        let runtime = current_thread();
        let _entered = runtime.enter();
        for pool in kinds(2) {
            let crowd = Crowd::hold(&pool, 2);
            let waiting = runtime.spawn(pool.run(|| ()));
            runtime.block_on(async {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                tokio::spawn(tokio::task::yield_now()).await.unwrap();
            });
            assert_eq!((pool.stats().running, pool.stats().queued), (2, 1));
            crowd.release();
            runtime.block_on(waiting).unwrap();
        }
    });
}
