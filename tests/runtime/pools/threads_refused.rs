//! What happens when the operating system refuses a thread: a typed error, or a living thread takes the call; never a hang.

use offload_tests::{Drops, current_thread, drive, gate, in_time};
use tokio::runtime::Builder;
use tokio_offload::{Error, Owner, Pool, block_on, run};

use super::kit::{Crowd, assert_passed, child, outcome};

/// More than any machine has room for.
const NO_STACK: usize = 1 << 46;

/// One gibibyte of address space for a stack; a process that may have less than four times this gets a few such threads.
pub(crate) const STACK: usize = 1 << 30;

/// Lets a child have address space for one to three such stacks.
pub(crate) const LIMIT: &str = "ulimit -v 3500000;";

/// P5, P6: no thread at all: each call ends with the reason, and frees what it holds.
#[test]
fn without_any_thread_calls_end() {
    in_time(|| {
        let pool = Pool::new("none").threads(4).stack_size(NO_STACK);
        for n in 1..=3 {
            let drops = Drops::default();
            let probe = drops.probe();
            let error = outcome::<()>(pool.run(move || panic!("{probe:?}"))).unwrap_err();
            assert!(matches!(error, Error::Thread(_)), "{error:?}");
            assert_eq!((drops.count(), pool.stats().refused), (1, n));
        }
        let line: Vec<_> = (0..20).map(|_| pool.run(|| ()).start()).collect();
        for call in line {
            assert!(matches!(outcome(call), Err(Error::Thread(_))));
        }
        drive(pool.idle());
        drive(pool.close());
        assert_eq!(pool.stats().threads, 0);
        assert!(matches!(outcome(pool.run(|| ())), Err(Error::Shutdown)));
    });
}

/// L5: the same in a shared pool; calls of a runtime that has threads are none the worse.
#[test]
fn a_shared_pool_without_any_thread_ends_its_calls() {
    in_time(|| {
        let view = Pool::shared("view").threads(2);
        let mut builder = Builder::new_current_thread();
        let barren = builder.thread_stack_size(NO_STACK).build().unwrap();
        for _ in 0..3 {
            let refused = barren.block_on(view.run(|| ()).outcome());
            assert!(matches!(refused, Err(Error::Thread(_))), "{refused:?}");
        }
        assert_eq!(current_thread().block_on(view.run(|| 2)), 2);
        drive(view.idle());
    });
}

/// A pool that was refused threads can be dropped with its runtime; nothing is kept.
#[test]
fn a_refused_pool_can_be_dropped() {
    in_time(|| {
        for _ in 0..20 {
            let pool = Pool::new("none").threads(1).stack_size(NO_STACK);
            assert!(outcome(pool.run(|| ())).is_err());
            drop(pool);
        }
    });
}

/// L5: with fewer threads to be had than allowed, the living ones take all the calls.
#[test]
fn living_threads_take_the_calls() {
    assert_passed(&child(
        LIMIT,
        "pools::threads_refused::child_with_few_threads",
        &[],
    ));
}

#[test]
#[ignore = "run in a process of its own"]
fn child_with_few_threads() {
    let pool = Pool::new("few").threads(64).stack_size(STACK);
    let crowd = Crowd::hold(&pool, 1);
    let line: Vec<_> = (0..500).map(|n| pool.run(move || n).start()).collect();
    assert!(pool.stats().threads <= 3, "the limit is felt");
    crowd.release();
    assert_eq!(line.into_iter().map(drive).sum::<u32>(), 124_750);
    drive(pool.idle());
    assert_eq!((pool.stats().done, pool.stats().refused), (501, 0));
}

/// L2, L5: a pool that grows while no further thread can be had goes on with those it has.
#[test]
fn a_pool_that_cannot_grow_goes_on() {
    let output = child(LIMIT, "pools::threads_refused::child_that_cannot_grow", &[]);
    assert_passed(&output);
}

#[test]
#[ignore = "run in a process of its own"]
fn child_that_cannot_grow() {
    // Other pools take all the room there is.
    let mut others = Vec::new();
    let pool = Pool::new("grows").threads(1).stack_size(STACK);
    let crowd = Crowd::hold(&pool, 1);
    loop {
        let other = Pool::new("other").threads(1).stack_size(STACK);
        if outcome(other.run(|| ())).is_err() {
            break;
        }
        others.push(other);
    }
    let line: Vec<_> = (0..50).map(|n| pool.run(move || n).start()).collect();
    pool.set_threads(8);
    crowd.release();
    assert_eq!(line.into_iter().map(drive).sum::<u32>(), 1225);
    // The one thread it has takes every later call as well, whether it has stopped looking for calls or not.
    for n in 0..50 {
        for _ in 0..n {
            std::thread::yield_now();
        }
        assert_eq!(drive(pool.run(move || n)), n);
    }
}

/// A pool whose only body waits gets no thread beyond its limit: its calls, of which the body may not wait for any, stay in the queue until
/// there is one, or until the body has ended.
#[test]
fn a_call_that_gets_no_spare_thread_stays_in_the_queue() {
    let test = "pools::threads_refused::child_without_spare_threads";
    assert_passed(&child(LIMIT, test, &[]));
}

#[test]
#[ignore = "run in a process of its own"]
fn child_without_spare_threads() {
    let runtime = current_thread();
    let _entered = runtime.enter();
    let pool = Pool::new("waits").threads(1).stack_size(STACK);
    let wait = || {
        let (answer, answered) = tokio::sync::oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let waits = pool.run(move || {
            tell.send(()).unwrap();
            block_on(answered)
        });
        let waits = waits.start();
        told.recv().unwrap();
        (waits, answer)
    };
    let (waits, answer) = wait();
    let mut others = Vec::new();
    loop {
        let other = Pool::new("other").threads(1).stack_size(STACK);
        if outcome(other.run(|| ())).is_err() {
            break;
        }
        others.push(other);
    }
    let queued = pool.run(|| 1).start();
    // Longer than pools whose bodies all wait are given.
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    assert_eq!((pool.stats().queued, pool.stats().refused), (1, 0));
    answer.send(()).unwrap();
    drive(waits).unwrap().unwrap();
    assert_eq!(drive(queued), 1);

    let (waits, answer) = wait();
    let queued = pool.run(|| 2).start();
    drop(others);
    assert_eq!(drive(queued), 2, "there is a thread again");
    answer.send(()).unwrap();
    drive(waits).unwrap().unwrap();
}

/// P6: threads that come and go at the limit: every call runs or ends with the reason.
#[test]
fn threads_that_come_and_go_at_the_limit() {
    let output = child(LIMIT, "pools::threads_refused::child_at_the_limit", &[]);
    assert_passed(&output);
}

#[test]
#[ignore = "run in a process of its own"]
fn child_at_the_limit() {
    let brief = |name| {
        Pool::new(name)
            .threads(4)
            .stack_size(STACK)
            .keep_alive(std::time::Duration::ZERO)
    };
    let pools = ["a", "b", "c", "d", "e"].map(brief);
    let mut ends = [0_u32; 2];
    for _ in 0..300 {
        let calls = pools
            .iter()
            .flat_map(|pool| (0..3).map(|_| pool.run(|| ()).start()));
        for call in calls.collect::<Vec<_>>() {
            match outcome(call) {
                Ok(()) => ends[0] += 1,
                Err(Error::Thread(_)) => ends[1] += 1,
                Err(other) => panic!("{other:?}"),
            }
        }
    }
    for pool in &pools {
        drive(pool.idle());
        assert_eq!((pool.stats().running, pool.stats().queued), (0, 0));
    }
    assert!(ends[0] > 0 && ends[1] > 0, "{ends:?}");
    assert_eq!(ends[0] + ends[1], 4500);
}

/// P5: an owner whose thread cannot be had says so, and frees what it would have been built from.
#[test]
fn an_owner_without_a_thread_says_so() {
    let stack = NO_STACK.to_string();
    let env = [("RUST_MIN_STACK", stack.as_str())];
    assert_passed(&child("", "pools::threads_refused::child_owner", &env));
}

#[test]
#[ignore = "run in a process of its own"]
fn child_owner() {
    let drops = Drops::default();
    let probe = drops.probe();
    let spawned = outcome(Owner::spawn(move || probe));
    assert!(matches!(spawned, Err(Error::Thread(_))), "{spawned:?}");
    assert_eq!(drops.count(), 1);
    let pool = Pool::new("none").threads(1);
    assert!(matches!(outcome(pool.run(|| ())), Err(Error::Thread(_))));
}

/// P6: a call that was refused a thread runs nowhere later, when there are threads again.
#[test]
fn a_refused_call_does_not_run_later() {
    assert_passed(&child(
        LIMIT,
        "pools::threads_refused::child_that_recovers",
        &[],
    ));
}

#[test]
#[ignore = "run in a process of its own"]
fn child_that_recovers() {
    let others: Vec<_> = (0..8)
        .map(|_| Pool::new("other").threads(1).stack_size(STACK))
        .collect();
    let gates: Vec<_> = others
        .iter()
        .filter_map(|other| {
            let (gate, key) = gate();
            let call = other.run(move || gate.pass()).start();
            (!call.is_finished()).then_some((call, key))
        })
        .collect();
    let pool = Pool::new("late").threads(2).stack_size(STACK);
    let drops = Drops::default();
    let probe = drops.probe();
    let refused = outcome::<()>(pool.run(move || panic!("{probe:?}")));
    assert!(matches!(refused, Err(Error::Thread(_))), "{refused:?}");
    for (call, key) in gates {
        key.open();
        drive(call);
    }
    drop(others);
    // The stacks are given back a little after their pools are.
    let mut tries = 0_u64;
    while outcome(pool.run(|| ())).is_err() {
        tries += 1;
        std::thread::yield_now();
    }
    assert_eq!(drive(pool.run(|| 5)), 5);
    assert_eq!((pool.stats().done, pool.stats().refused), (2, 1 + tries));
    let view = current_thread().block_on(run(|| 6));
    assert_eq!(view, 6);
}
