//! The end of pools: closing, shutting down, dropping, and waiting for rest.

use std::{
    sync::{Arc, Barrier, atomic::Ordering::SeqCst, mpsc},
    thread,
};

use offload_tests::{Drops, Wakes, drive, gate, in_time, multi_thread, poll_once};
use tokio_offload::{Error, Offload, Pool, block_on, check_cancelled, is_cancelled, on_cancel};

use super::kit::{Crowd, Told, join, kinds, listen, outcome};

/// S1: calls after the end are refused at once, whichever way they come, and free what they hold.
#[test]
fn calls_after_the_end_are_refused() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let ends: [fn(&Pool); 2] = [|pool| drop(pool.close()), Pool::shutdown];
        for end in ends {
            for pool in kinds(1) {
                end(&pool);
                let drops = Drops::default();
                let probe = drops.probe();
                let call = pool.run(move || panic!("{probe:?}")).start();
                assert_eq!((call.is_finished(), drops.count()), (true, 1));
                assert!(matches!(outcome(call), Err(Error::Shutdown)));
                let tried = pool.run(|| ()).try_start().expect("it is not full");
                assert!(matches!(outcome(tried), Err(Error::Shutdown)));
                pool.run(|| ()).detach();
                assert_eq!((pool.stats().refused, pool.stats().threads), (3, 0));
            }
        }
    });
}

/// S2: closing finishes what runs and what waits.
#[test]
fn closing_finishes_what_was_submitted() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(2) {
            let crowd = Crowd::hold(&pool, 2);
            let line: Vec<_> = (0..50).map(|n| pool.run(move || n).start()).collect();
            let mut closed = Box::pin(pool.close());
            assert!(poll_once(&mut closed, &Arc::<Wakes>::default()).is_pending());
            assert!(matches!(outcome(pool.run(|| ())), Err(Error::Shutdown)));
            crowd.release();
            drive(closed);
            assert!(line.iter().all(Offload::is_finished));
            assert_eq!(line.into_iter().map(drive).sum::<u32>(), 1225);
            assert_eq!(pool.stats().done, 52);
        }
    });
}

/// S3: shutting down ends what waits and lets what runs come to its end.
#[test]
fn shutting_down_ends_what_waits() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let (drops, crowd) = (Drops::default(), Crowd::hold(&pool, 1));
            let line = (0..50).map(|_| {
                let probe = drops.probe();
                pool.run(move || panic!("{probe:?}")).start()
            });
            let line: Vec<_> = line.collect();
            pool.shutdown();
            assert_eq!(drops.count(), 50);
            for call in line {
                assert!(matches!(outcome(call), Err(Error::Shutdown)));
            }
            assert_eq!(pool.stats().running, 1);
            crowd.release();
            drive(pool.idle());
            let stats = pool.stats();
            assert_eq!((stats.done, stats.refused, stats.queued), (1, 50, 0));
        }
    });
}

/// S3, C7: running bodies are asked to stop in every way there is.
#[test]
fn shutting_down_asks_bodies_to_stop() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(3) {
            let (gate, key) = gate();
            let asking = pool.run(move || {
                gate.pass();
                (
                    is_cancelled(),
                    matches!(check_cancelled(), Err(Error::Shutdown)),
                )
            });
            let asking = asking.start();
            key.await_body();
            let (tell, told) = mpsc::channel::<()>();
            let (arrive, arrived) = mpsc::channel();
            let acting = pool.run(move || {
                on_cancel(move || drop(tell)).unwrap();
                arrive.send(()).unwrap();
                told.recv().unwrap_err();
            });
            let acting = acting.start();
            arrived.recv().unwrap();
            let (arrive, arrived) = mpsc::channel();
            let waiting = pool.run(move || {
                arrive.send(()).unwrap();
                matches!(block_on(std::future::pending::<()>()), Err(Error::Shutdown))
            });
            let waiting = waiting.start();
            arrived.recv().unwrap();
            pool.shutdown();
            key.open();
            assert_eq!(drive(asking), (true, true));
            drive(acting);
            assert!(drive(waiting));
        }
    });
}

/// S5: ending twice, from several threads, in any mixture, is ending once.
#[test]
fn pools_can_be_ended_again_and_again() {
    in_time(|| {
        for _ in 0..200 {
            let pool = Arc::new(Pool::new("again").threads(2));
            let line: Vec<_> = (0..10).map(|_| pool.run(|| ()).start()).collect();
            let start = Arc::new(Barrier::new(4));
            let threads = (0..4).map(|n| {
                let (pool, start) = (Arc::clone(&pool), Arc::clone(&start));
                thread::spawn(move || {
                    start.wait();
                    if n % 2 == 0 {
                        pool.shutdown();
                    }
                    drive(pool.close());
                    drive(pool.close());
                })
            });
            let threads: Vec<_> = threads.collect();
            join(threads);
            for call in line {
                assert!(matches!(outcome(call), Ok(()) | Err(Error::Shutdown)));
            }
            let stats = pool.stats();
            assert_eq!((stats.done + stats.refused, stats.running), (10, 0));
        }
    });
}

/// S5: from inside a body, which comes to its end, and from an action of one.
#[test]
fn a_body_can_end_its_own_pool() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1).map(Arc::new) {
            let (inner, in_action) = (Arc::clone(&pool), Arc::clone(&pool));
            let (acted, action) = mpsc::channel();
            let call = pool.run(move || {
                on_cancel(move || {
                    in_action.shutdown();
                    acted.send(()).unwrap();
                })
                .unwrap();
                drop(inner.close());
                inner.shutdown();
                (action.recv().is_ok(), is_cancelled())
            });
            assert_eq!(drive(call), (true, true));
            drive(pool.close());
        }
    });
}

/// S6: a line of calls that have all left holds up no closing.
#[test]
fn a_queue_of_dropped_calls_holds_up_nothing() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let crowd = Crowd::hold(&pool, 1);
            let line: Vec<_> = (0..20).map(|_| pool.run(|| ()).start()).collect();
            drop(line);
            let closed = pool.close();
            crowd.release();
            drive(closed);
            assert_eq!(pool.stats().cancelled, 20);
        }
    });
}

/// S11: at rest is when no body runs and none waits, and all who wait for that learn of it.
#[test]
fn idle_resolves_only_when_nothing_waits_or_runs() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(2) {
            let wakes = Arc::<Wakes>::default();
            assert!(poll_once(&mut Box::pin(pool.idle()), &wakes).is_ready());
            let mut crowd = Crowd::hold(&pool, 2);
            let (gate, key) = gate();
            let next = pool.run(move || gate.pass()).start();
            let mut rests = [Box::pin(pool.idle()), Box::pin(pool.idle())];
            let mut pending = || {
                rests
                    .iter_mut()
                    .all(|rest| poll_once(rest, &wakes).is_pending())
            };
            assert!(pending());
            crowd.release_one();
            key.await_body();
            assert!(pending());
            crowd.release_one();
            assert!(pending());
            key.open();
            rests.into_iter().for_each(drive);
            assert_eq!(pool.stats().running, 0);
            drive(next);
            drive(pool.idle());
        }
    });
}

/// S11: also when the last call in the queue leaves it by being dropped, while its thread is still starting.
#[test]
fn closing_ends_when_the_last_call_is_dropped() {
    static STARTING: Told<mpsc::Sender<()>> = Told::new();
    in_time(|| {
        let starting = listen(&STARTING);
        let pool = Pool::new("left").threads(1).queue_capacity(0).on_start(|| {
            let (open, opened) = mpsc::channel();
            STARTING.get().unwrap().send(open).unwrap();
            opened.recv().unwrap_err();
        });
        let first = pool.run(|| ()).start();
        let open = starting.recv().unwrap();
        let wakes = Arc::<Wakes>::default();
        let mut closed = Box::pin(pool.close());
        assert!(poll_once(&mut closed, &wakes).is_pending());
        drop(first);
        assert_eq!(wakes.0.load(SeqCst), 1);
        drive(closed);
        drop(open);
        let late = pool.run(|| ()).try_start().unwrap();
        assert!(matches!(outcome(late), Err(Error::Shutdown)));
    });
}

/// D6: every call that was submitted ends in exactly one counter, the one that says how.
#[test]
fn the_counters_add_up_at_rest() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1).map(|pool| pool.queue_capacity(4)) {
            assert!(outcome(pool.run(|| panic!("counted"))).is_err());
            let crowd = Crowd::hold(&pool, 1);
            let mut line: Vec<_> = (0..4).map(|_| pool.run(|| ()).start()).collect();
            drop(pool.run(|| ()).try_start());
            line[0].cancel();
            drop(line.pop());
            drop(pool.run(|| ()));
            pool.shutdown();
            drop(pool.run(|| ()).start());
            crowd.release();
            drive(pool.idle());
            let stats = pool.stats();
            assert_eq!((stats.queued, stats.running), (0, 0));
            assert_eq!((stats.done, stats.panicked), (1, 1));
            // One was turned away by the bound, two waited until the end, one came after it.
            assert_eq!((stats.cancelled, stats.refused), (2, 4), "{stats:?}");
        }
    });
}
