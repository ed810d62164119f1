//! Many rounds: no wake-up is lost, no race has two outcomes, nothing is dropped twice or never.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use offload_tests::{Drops, Probe, Seed, current_thread, drive, gate, in_time, multi_thread};
use tokio::runtime::Runtime;
use tokio_offload::{Error, Offload, is_cancelled, run};

/// F2: each call is awaited by a parked thread, on a host that has just left.
#[test]
fn no_wake_up_is_lost_when_calls_follow_each_other() {
    in_time(|| {
        current_thread().block_on(async {
            for n in 0..100_000_u32 {
                assert_eq!(run(move || n).await, n);
            }
        });
    });
}

/// F2: the same from two tasks that share a lane.
#[test]
fn no_wake_up_is_lost_between_two_tasks() {
    in_time(|| {
        let runtime = multi_thread();
        let submit = |count: u32| async move {
            for n in 0..count {
                assert_eq!(run(move || n).await, n);
            }
        };
        let tasks = [runtime.spawn(submit(25_000)), runtime.spawn(submit(25_000))];
        runtime.block_on(async {
            for task in tasks {
                task.await.unwrap();
            }
        });
    });
}

/// F4, L1: a flood of calls that are submitted before any is awaited.
#[test]
fn a_flood_of_calls_all_complete() {
    in_time(|| {
        multi_thread().block_on(async {
            let calls: Vec<_> = (0..50_000_u64).map(|n| run(move || n).start()).collect();
            let mut sum = 0;
            for call in calls {
                sum += call.await;
            }
            assert_eq!(sum, 50_000 * 49_999 / 2);
        });
    });
}

/// L1, F4: bodies that block bring as many threads as there are bodies, though few are sent for at once.
#[test]
fn bodies_that_wait_for_one_another_all_start() {
    in_time(|| {
        for runtime in [current_thread(), multi_thread()] {
            let meeting = Arc::new(Barrier::new(40));
            runtime.block_on(async {
                let calls: Vec<_> = (0..40)
                    .map(|_| {
                        let meeting = Arc::clone(&meeting);
                        run(move || meeting.wait().is_leader()).start()
                    })
                    .collect();
                let mut leaders = 0;
                for call in calls {
                    leaders += u32::from(call.await);
                }
                assert_eq!(leaders, 1);
            });
        }
    });
}

/// How many rounds of C12 each of its tests plays.
const ROUNDS: usize = 100_000;

/// A round of C12: a call with an argument and a result that count their drops.
fn round(arguments: &Drops, results: &Drops, runs: &Arc<AtomicUsize>) -> Offload<Probe> {
    let (argument, result, runs) = (arguments.probe(), results.probe(), Arc::clone(runs));
    run(move || {
        let _argument = argument;
        runs.fetch_add(1, SeqCst);
        result
    })
}

/// C12: every end of a cancelled call is one of two, and agrees with what its body did.
#[test]
fn cancelling_races_the_body_to_one_outcome() {
    in_time(|| {
        let (arguments, results) = (Drops::default(), Drops::default());
        let runs = Arc::new(AtomicUsize::new(0));
        let mut seed = Seed::new(12);
        let ended = current_thread().block_on(async {
            let mut values = 0;
            for _ in 0..ROUNDS {
                let call = round(&arguments, &results, &runs).start();
                seed.dawdle();
                call.cancel();
                if seed.bits() % 4 == 0 {
                    call.cancel();
                }
                match call.outcome().await {
                    Ok(_value) => values += 1,
                    Err(Error::Cancelled) => {}
                    Err(other) => panic!("it ended as {other}"),
                }
            }
            values
        });
        assert_eq!(runs.load(SeqCst), ended);
        assert_eq!((arguments.count(), results.count()), (ROUNDS, ROUNDS));
        // The race was one: neither side always won.
        assert!(ended > 0 && ended < ROUNDS, "{ended}");
    });
}

/// C12: the same with callers who go, before, while and after the body runs.
#[test]
fn dropping_races_the_body_and_nothing_leaks() {
    in_time(|| {
        let (arguments, results) = (Drops::default(), Drops::default());
        let runs = Arc::new(AtomicUsize::new(0));
        let mut seed = Seed::new(21);
        let runtime = current_thread();
        let entered = runtime.enter();
        for _ in 0..ROUNDS {
            let call = round(&arguments, &results, &runs).start();
            seed.dawdle();
            drop(call);
        }
        drop(entered);
        drop(runtime);
        assert_eq!((arguments.count(), results.count()), (ROUNDS, ROUNDS));
        let ran = runs.load(SeqCst);
        assert!(ran > 0 && ran <= ROUNDS, "{ran}");
    });
}

/// C7, C12: a body that loops until it is cancelled always hears of it, or never begins.
#[test]
fn a_cancel_at_the_start_of_a_body_is_not_lost() {
    in_time(|| {
        current_thread().block_on(async {
            let (mut seed, mut told) = (Seed::new(7), 0);
            for _ in 0..20_000 {
                let call = run(|| {
                    while !is_cancelled() {
                        thread::yield_now();
                    }
                });
                let call = call.start();
                seed.dawdle();
                call.cancel();
                match call.outcome().await {
                    Ok(()) => told += 1,
                    Err(error) => assert!(matches!(error, Error::Cancelled)),
                }
            }
            assert!(told > 0);
        });
    });
}

/// S9: submitted while the runtime ends, a call has a value or learns of it; nothing is left waiting.
#[test]
fn submitting_races_the_end_of_the_runtime() {
    in_time(|| {
        let mut ends = (0, 0);
        for number in 0..600 {
            let runtime = if number % 2 == 0 {
                current_thread()
            } else {
                multi_thread()
            };
            let (values, refused) = race_the_end(runtime, number);
            ends = (ends.0 + values, ends.1 + refused);
        }
        // Both sides of the race were seen.
        assert!(ends.0 > 0 && ends.1 > 0, "{ends:?}");
    });
}

/// Submits on a thread of its own until the first refusal, and drops the runtime meanwhile.
fn race_the_end(runtime: Runtime, number: u64) -> (usize, usize) {
    let handle = runtime.handle().clone();
    let (gate, key) = gate();
    let submitting = thread::spawn(move || {
        let _entered = handle.enter();
        let (arguments, results, runs) = (Drops::default(), Drops::default(), Arc::default());
        let mut calls = Vec::new();
        gate.pass();
        loop {
            let call = round(&arguments, &results, &runs).start();
            // Its own refusal is the sign that the runtime has ended.
            let over = call.is_finished() && calls.len() > 2 || calls.len() > 5_000;
            calls.push(call);
            if over {
                break;
            }
        }
        count_ends(calls, &arguments, &results, &runs)
    });
    key.await_body();
    key.open();
    let mut seed = Seed::new(number + 1);
    for _ in 0..seed.bits() % 20 {
        seed.dawdle();
    }
    match number % 3 {
        0 => runtime.shutdown_background(),
        _ => drop(runtime),
    }
    submitting.join().unwrap()
}

fn count_ends(
    calls: Vec<Offload<Probe>>,
    arguments: &Drops,
    results: &Drops,
    runs: &Arc<AtomicUsize>,
) -> (usize, usize) {
    let submitted = calls.len();
    let (mut values, mut refused) = (0, 0);
    for call in calls {
        match drive(call.outcome()) {
            Ok(_value) => values += 1,
            Err(Error::Shutdown) => refused += 1,
            Err(other) => panic!("it ended as {other}"),
        }
    }
    assert_eq!((values + refused, runs.load(SeqCst)), (submitted, values));
    assert_eq!((arguments.count(), results.count()), (submitted, submitted));
    (values, refused)
}
