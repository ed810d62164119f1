//! How many bodies run at once, and what gives a slot back.

use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
};

use offload_tests::{Bomb, drive, gate, in_time, multi_thread};
use tokio_offload::{Error, Pool, block_on};

use super::kit::{Crowd, Peak, kinds, outcome};

/// L1: with N threads and 2N calls exactly N bodies run at once, and all run.
#[test]
fn as_many_bodies_run_as_there_are_threads() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(3) {
            let (peak, mut calls) = (Peak::default(), Vec::new());
            let crowd = Crowd::hold(&pool, 3);
            for _ in 0..6 {
                let peak = peak.clone();
                calls.push(pool.run(move || peak.within(thread::yield_now)).start());
            }
            assert_eq!((pool.stats().running, pool.stats().queued), (3, 6));
            crowd.release();
            calls.into_iter().for_each(drive);
            assert!(peak.highest() <= 3);
            drive(pool.idle());
            assert_eq!(pool.stats().done, 9);
        }
    });
}

/// L1: a pool that says nothing about its size has a thread for each CPU.
#[test]
fn the_size_is_the_number_of_cpus_unless_said() {
    in_time(|| {
        let cpus = thread::available_parallelism().unwrap().get();
        let pool = Pool::new("default").queue_capacity(0);
        let crowd = Crowd::hold(&pool, cpus);
        assert!(pool.run(|| ()).try_start().is_err());
        crowd.release();
    });
}

/// L5, P2: whatever a body does, the only thread of the pool serves the next call.
#[test]
fn a_slot_is_given_back_after_every_end() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1) {
            let outcome = outcome(pool.run(|| panic!("at work")));
            assert!(matches!(outcome, Err(Error::Panicked(_))), "{outcome:?}");
            // A result that nobody wants and that panics in its `Drop`.
            let (gate, key) = gate();
            let abandoned = pool.run(move || {
                gate.pass();
                Bomb
            });
            let abandoned = abandoned.start();
            key.await_body();
            drop(abandoned);
            key.open();
            let cancelled = pool.run(|| ()).start();
            cancelled.cancel();
            drop(cancelled);
            assert_eq!(drive(pool.run(|| 4)), 4);
            drive(pool.idle());
            let stats = pool.stats();
            assert_eq!((stats.running, stats.queued, stats.panicked), (0, 0, 1));
        }
    });
}

/// P2: a panic concerns its own call only.
#[test]
fn a_panic_leaves_siblings_alone() {
    in_time(|| {
        let pool = Pool::new("siblings").threads(2);
        let (gate, key) = gate();
        let sibling = pool.run(move || gate.pass()).start();
        key.await_body();
        for n in 0..5_u32 {
            let Err(Error::Panicked(panic)) = outcome(pool.run(move || panic!("number {n}")))
            else {
                panic!("the panic reaches its caller");
            };
            assert_eq!(panic.message().unwrap(), format!("number {n}"));
        }
        key.open();
        drive(sibling);
    });
}

/// C6: an abandoned body keeps its slot until it ends.
#[test]
fn an_abandoned_body_keeps_its_slot() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1).map(|pool| pool.queue_capacity(0)) {
            let (gate, key) = gate();
            let call = pool.run(move || gate.pass()).start();
            key.await_body();
            drop(call);
            assert_eq!(pool.stats().running, 1);
            assert!(pool.run(|| ()).try_start().is_err());
            key.open();
            drive(pool.idle());
            assert!(pool.run(|| ()).try_start().is_ok());
        }
    });
}

/// L6: sizes that make no sense are refused when they are said.
#[test]
fn senseless_sizes_are_refused() {
    let text = |f: fn()| {
        let payload = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
        *payload.downcast::<&'static str>().unwrap()
    };
    let threads = "a pool needs at least one thread";
    assert_eq!(text(|| drop(Pool::new("x").threads(0))), threads);
    assert_eq!(text(|| drop(Pool::shared("x").threads(0))), threads);
    assert_eq!(text(|| Pool::new("x").set_threads(0)), threads);
    assert_eq!(
        text(|| drop(Pool::new(""))),
        "a pool needs a name: it becomes the name of its threads"
    );
    assert_eq!(
        text(|| drop(Pool::shared("a\0b"))),
        "a pool's name must not contain NUL: no thread could bear it"
    );
    assert_eq!(
        text(|| drop(Pool::new("x").stack_size(0))),
        "a stack needs at least one byte"
    );
}

/// L8: a saturated pool delays no other.
#[test]
fn a_saturated_pool_delays_no_other() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        let [full, other] = kinds(2);
        for (full, other) in [(&full, &other), (&other, &full)] {
            let crowd = Crowd::hold(full, 2);
            let waiting = full.run(|| ()).start();
            assert_eq!(drive(other.run(|| 5)), 5);
            assert!(!waiting.is_finished());
            crowd.release();
            drive(waiting);
        }
    });
}

/// L13: bodies that hold every slot of their pool can close what they have opened in another, and so can whoever dropped them.
#[test]
fn a_clean_up_call_in_a_second_pool_proceeds_while_every_slot_is_held() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for (full, clean_up) in kinds(2).into_iter().zip(kinds(1)) {
            let clean_up = Arc::new(clean_up);
            let (gates, keys): (Vec<_>, Vec<_>) = [gate(), gate()].into_iter().unzip();
            let bodies = gates.into_iter().map(|gate| {
                let clean_up = Arc::clone(&clean_up);
                let body = move || {
                    gate.pass();
                    block_on(clean_up.run(|| "closed"))
                };
                full.run(body).start()
            });
            let bodies: Vec<_> = bodies.collect();
            for key in &keys {
                key.await_body();
            }
            let waiting = full.run(|| ()).start();
            assert_eq!(drive(clean_up.run(|| "closed")), "closed");
            assert_eq!((full.stats().running, waiting.is_finished()), (2, false));
            for key in &keys {
                key.open();
            }
            for body in bodies {
                assert_eq!(drive(body).unwrap(), "closed");
            }
            drive(waiting);
        }
    });
}

/// L9: no flood makes more threads than allowed, and calls in a row do not make one each.
#[test]
fn threads_are_reused() {
    in_time(|| {
        let few = Pool::new("few").threads(3);
        let calls = (0..45).map(|_| few.run(|| thread::current().id()).start());
        let calls: Vec<_> = calls.collect();
        let ids: HashSet<_> = calls.into_iter().map(drive).collect();
        assert!(ids.len() <= 3);
        assert!(few.stats().threads <= 3);
        let many = Pool::new("many").threads(64);
        let ids: HashSet<_> = (0..200)
            .map(|_| drive(many.run(|| thread::current().id())))
            .collect();
        assert!(ids.len() < 16, "{} threads for calls in a row", ids.len());
    });
}

/// X10: bodies of a pool of one see what the ones before them did, without any synchronisation of their own.
#[test]
fn a_pool_of_one_orders_its_bodies() {
    in_time(|| {
        let pool = Pool::new("order").threads(1);
        let count = Arc::new(AtomicUsize::new(0));
        let calls = (0..1000).map(|n| {
            let count = Arc::clone(&count);
            let body = move || {
                let before = count.load(Relaxed);
                count.store(before + 1, Relaxed);
                (before, n)
            };
            pool.run(body).start()
        });
        for call in calls.collect::<Vec<_>>() {
            let (before, n) = drive(call);
            assert_eq!(before, n);
        }
    });
}
