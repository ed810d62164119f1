//! Many rounds: no wake-up is lost, no race has two outcomes, nothing is dropped twice or never.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
};

use offload_tests::{Drops, Probe, Seed, current_thread, in_time, multi_thread, rounds};
use tokio_offload::{Error, Offload, is_cancelled, run};

/// F2: each call is awaited by a parked thread, on a host that has just left.
#[test]
fn no_wake_up_is_lost_when_calls_follow_each_other() {
    in_time(|| {
        current_thread().block_on(async {
            for n in rounds(100_000) {
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
        let submit = |count| async move {
            for n in rounds(count) {
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

/// How many rounds of C12 each of its tests plays at most.
const ROUNDS: u64 = 100_000;

/// In one round of as many the body wins, however the machine is loaded.
const WON: u64 = 1000;

/// A round of C12: a call with an argument and a result that count their drops.
pub(super) fn round(arguments: &Drops, results: &Drops, runs: &Arc<AtomicUsize>) -> Offload<Probe> {
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
        let (ended, played) = current_thread().block_on(async {
            let (mut values, mut played) = (0, 0);
            for n in rounds(ROUNDS) {
                let call = round(&arguments, &results, &runs).start();
                seed.dawdle();
                while n % WON == 0 && !call.is_finished() {
                    thread::yield_now();
                }
                call.cancel();
                if seed.below(4) == 0 {
                    call.cancel();
                }
                match call.outcome().await {
                    Ok(_value) => values += 1,
                    Err(Error::Cancelled) => {}
                    Err(other) => panic!("it ended as {other}"),
                }
                played += 1;
            }
            (values, played)
        });
        assert_eq!(runs.load(SeqCst), ended);
        assert_eq!((arguments.count(), results.count()), (played, played));
        // The race was one: neither side always won.
        assert!(ended > 0 && ended < played, "{ended}");
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
        let mut played = 0;
        for n in rounds(ROUNDS) {
            let call = round(&arguments, &results, &runs).start();
            seed.dawdle();
            while n % WON == 0 && !call.is_finished() {
                thread::yield_now();
            }
            drop(call);
            played += 1;
        }
        drop(entered);
        drop(runtime);
        assert_eq!((arguments.count(), results.count()), (played, played));
        let ran = runs.load(SeqCst);
        assert!(ran > 0 && ran <= played, "{ran}");
    });
}

/// C7, C12: a body that loops until it is cancelled always hears of it, or never begins.
#[test]
fn a_cancel_at_the_start_of_a_body_is_not_lost() {
    in_time(|| {
        current_thread().block_on(async {
            let (mut seed, mut told) = (Seed::new(7), 0);
            for n in rounds(20_000) {
                let (tell, heard) = mpsc::channel();
                let call = run(move || {
                    let _ = tell.send(());
                    while !is_cancelled() {
                        thread::yield_now();
                    }
                });
                let call = call.start();
                seed.dawdle();
                if n % WON == 0 {
                    heard.recv().unwrap();
                }
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
