//! Many seeded rounds of everything that can become of a call, at once: at rest the counters add up.

use std::{
    panic::resume_unwind,
    sync::{Arc, Barrier},
    thread,
};

use offload_tests::{Seed, drive, in_time, multi_thread, rounds};
use tokio::runtime::Handle;
use tokio_offload::{Offload, Pool, offload};

use super::kit::{self, ends, function};

/// Calls raced in each test at most.
const CALLS: u64 = 100_000;
/// Calls of one pool.
const BATCH: u64 = 50;

#[offload(pool = *pool)]
fn raced(pool: &Arc<Pool>, panics: bool) {
    let _ = pool;
    if panics {
        // Quiet, unlike `panic!`.
        resume_unwind(Box::new(()));
    }
}

#[offload(pool = *pool)]
fn viewed(pool: &Arc<Pool>, panics: bool) {
    let _ = pool;
    if panics {
        resume_unwind(Box::new(()));
    }
}

/// Does to `calls` whatever `seed` says, and counts how many submissions that were.
fn play(calls: impl Iterator<Item = Offload<()>>, seed: &mut Seed) -> u64 {
    let (mut kept, mut submitted) = (Vec::new(), 0);
    for call in calls {
        let what = seed.below(8);
        submitted += u64::from(what != 0);
        match what {
            0 => drop(call),
            1 => drop(call.start()),
            2 => call.detach(),
            3 => match call.try_start() {
                Ok(call) => kept.push(call),
                Err(refused) => drop(refused),
            },
            4 => {
                let call = call.start();
                seed.dawdle();
                call.cancel();
                kept.push(call);
            }
            5 => {
                let call = call.start();
                seed.dawdle();
                drop(call);
            }
            _ => kept.push(call.start()),
        }
        if seed.below(4) == 0 {
            drop(kept.pop());
        }
    }
    for call in kept {
        let _ = drive(call.outcome());
    }
    submitted
}

/// A call in a pool, which may panic.
type Make = fn(&Arc<Pool>, bool) -> Offload<()>;

/// Two callers at once, in a runtime if they need one, and a third who shuts the pool down in one batch of four.
fn batch(pool: &Arc<Pool>, round: u64, runtime: Option<&Handle>, call: Make) -> u64 {
    let start = &Barrier::new(3);
    thread::scope(|scope| {
        let callers = [1, 2].map(|n| {
            scope.spawn(move || {
                let _runtime = runtime.map(Handle::enter);
                let (mut seed, mut panics) = (Seed::new(round * 2 + n), Seed::new(round + 1));
                start.wait();
                let calls = (0..BATCH / 2).map(|_| call(pool, panics.bits() % 8 == 0));
                play(calls, &mut seed)
            })
        });
        start.wait();
        if round % 4 == 0 {
            Seed::new(round + 1).dawdle();
            pool.shutdown();
        }
        let submitted = callers.map(|caller| caller.join().unwrap());
        submitted.iter().sum()
    })
}

/// All rounds in pools of one name, after which every submission must be found in one counter.
fn race(name: &str, runtime: Option<&Handle>, pool: fn(&'static str) -> Pool, call: Make) {
    let mut submitted = 0;
    let of_pool = name.rsplit("::").next().unwrap().to_owned().leak();
    for round in rounds(CALLS / BATCH) {
        let threads = 1 + usize::try_from(round % 2).unwrap();
        let pool = Arc::new(pool(of_pool).threads(threads).queue_capacity(3));
        submitted += batch(&pool, round, runtime, call);
        drive(pool.idle());
    }
    let function = function(name).unwrap();
    let pool = kit::pool(of_pool).unwrap();
    let (seen, of_pool) = (ends(&function.calls), ends(&pool.calls));
    assert_eq!(
        (function.calls.started, pool.calls.started),
        (submitted, submitted)
    );
    assert!(seen.iter().all(|count| *count > 0), "{seen:?}");
    assert_eq!(of_pool[..2], seen[..2]);
    // A call that is dropped in the very moment its pool is shut down may be either for the pool.
    assert_eq!(of_pool[2] + of_pool[3], seen[2] + seen[3]);
    assert!(
        of_pool[2].abs_diff(seen[2]) <= CALLS / 1000,
        "{of_pool:?} {seen:?}"
    );
    for times in [&function.wait, &function.run, &pool.wait, &pool.run] {
        assert_eq!(
            times.count(),
            seen[0] + seen[1],
            "each body is measured once"
        );
    }
}

#[test]
fn counters_add_up_in_a_dedicated_pool() {
    in_time(|| race("races::raced", None, Pool::new, raced));
}

#[test]
fn counters_add_up_in_a_shared_pool() {
    in_time(|| {
        let runtime = multi_thread();
        race(
            "races::viewed",
            Some(runtime.handle()),
            Pool::shared,
            viewed,
        );
    });
}
