//! Everything at once: crashes, hangs, panics, kills from outside, cancelled and dropped calls, from several runtimes.
//!
//! Afterwards no result was wrong, no call is pending, and nothing is left: no process, no zombie.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use offload_limits::Seed;
use rustix::process::Signal;
use serde_bytes::ByteBuf;
use tokio::runtime::Builder;
use tokio_offload_remote::{Config, Failure, StartError, Stats, Workers};

mod kit;

use kit::{Task, children, remote, submit};

static PLAIN: Workers = Config::new("chaos")
    .processes(3)
    .timeout(Duration::from_millis(200))
    .build();
static GENTLE: Workers = Config::new("gentle-chaos")
    .processes(2)
    .detach_on_drop()
    .grace(Duration::from_millis(20))
    .soft_timeout(Duration::from_millis(50))
    .timeout(Duration::from_millis(150))
    .queue_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_millis(5))
    .max_calls(40)
    .retries(1)
    .build();

const RUNTIMES: u64 = 4;
const TASKS: u64 = 4;
const CALLS: u64 = 250;

/// What a body does, by the number that its caller drew.
fn act(fate: u64, value: u64, data: &[u8]) -> u64 {
    match fate % 64 {
        0 => std::process::abort(),
        1 => std::process::exit(3),
        2 => panic!("chaos"),
        3 => loop {
            std::thread::park();
        },
        4 => {
            while !tokio_offload_remote::stop_requested() {
                std::thread::yield_now();
            }
        }
        _ => {}
    }
    value.wrapping_mul(3) + data.iter().map(|byte| u64::from(*byte)).sum::<u64>()
}

remote! {
    PLAIN: fn plain(fate: u64, value: u64, data: ByteBuf) -> u64 { act(fate, value, &data) }
    GENTLE: fn gentle(fate: u64, value: u64, data: ByteBuf) -> u64 { act(fate, value, &data) }
}

async fn calls(seed: u64) -> u64 {
    let mut seed = Seed::new(seed);
    for value in 0..CALLS {
        let roll = seed.bits();
        let length = if roll % 50 == 7 {
            3 << 20
        } else {
            usize::try_from(roll % 100).unwrap()
        };
        let data = ByteBuf::from(vec![1; length]);
        let fate = seed.bits();
        let call = if roll % 2 == 0 {
            plain(fate, value, data)
        } else {
            gentle(fate, value, data)
        };
        let right = value * 3 + length as u64;
        end(call, seed.bits(), right, fate % 64).await;
    }
    CALLS
}

/// Ends a call in one way or another, and checks what comes of it.
async fn end(mut call: Task<u64>, roll: u64, right: u64, fate: u64) {
    let outcome = match roll % 16 {
        // Dropped at once, or after a while.
        0 => return drop(submit(&mut call).await),
        1 => {
            let _ = tokio::time::timeout(Duration::from_millis(roll % 7), &mut call).await;
            return;
        }
        2 => {
            if let std::task::Poll::Ready(outcome) = submit(&mut call).await {
                outcome
            } else {
                tokio::time::sleep(Duration::from_micros(roll % 3000)).await;
                call.cancel();
                call.await
            }
        }
        _ => call.await,
    };
    match outcome {
        Ok(result) => assert_eq!(result, right),
        Err(Failure::Panicked { message, .. }) => {
            assert_eq!((message.as_str(), fate), ("chaos", 2));
        }
        Err(Failure::Cancelled) => assert_eq!(roll % 16, 2),
        // Killed by itself, by its limit, or from outside, also while it started.
        Err(
            Failure::Died(_)
            | Failure::TimedOut(_)
            | Failure::QueueTimeout(_)
            | Failure::Start(StartError::Died(_)),
        ) => {}
        Err(other) => panic!("{other:?}"),
    }
}

/// Kills whatever lives, now and then.
fn kill(stop: &AtomicBool) -> u64 {
    let mut seed = Seed::new(77);
    let mut kills = 0;
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(seed.below(40)));
        for pool in [&PLAIN, &GENTLE] {
            let pids = pool.pids();
            if let Some(pid) = pids.get(seed.index(4)) {
                let pid = rustix::process::Pid::from_raw(i32::try_from(*pid).unwrap()).unwrap();
                // It may have gone meanwhile.
                let _ = rustix::process::kill_process(pid, Signal::KILL);
                kills += 1;
            }
        }
    }
    kills
}

fn ended(stats: Stats) -> u64 {
    let Stats {
        done,
        panicked,
        died,
        timed_out,
        cancelled,
        refused,
        failed,
        ..
    } = stats;
    done + panicked + died + timed_out + cancelled + refused + failed
}

#[test]
fn chaos_ends_in_order() {
    let stop = Arc::new(AtomicBool::new(false));
    let killer = {
        let stop = Arc::clone(&stop);
        std::thread::spawn(move || kill(&stop))
    };
    let submitted = Arc::new(AtomicU64::new(0));
    let runtimes: Vec<_> = (0..RUNTIMES)
        .map(|number| {
            let submitted = Arc::clone(&submitted);
            std::thread::spawn(move || {
                let mut builder = match number % 2 {
                    0 => Builder::new_current_thread(),
                    _ => Builder::new_multi_thread(),
                };
                let runtime = builder.worker_threads(2).enable_all().build().unwrap();
                runtime.block_on(async {
                    let tasks = (0..TASKS).map(|task| tokio::spawn(calls(number * 100 + task + 1)));
                    for task in tasks.collect::<Vec<_>>() {
                        submitted.fetch_add(task.await.unwrap(), Ordering::Relaxed);
                    }
                });
            })
        })
        .collect();
    for runtime in runtimes {
        runtime.join().unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let kills = killer.join().unwrap();
    Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            tokio::time::timeout(Duration::from_secs(180), async {
                tokio::join!(PLAIN.idle(), GENTLE.idle());
                // Still fit for work.
                assert_eq!(plain(63, 5, ByteBuf::new()).await.unwrap(), 15);
                assert_eq!(gentle(63, 5, ByteBuf::new()).await.unwrap(), 15);
                tokio::join!(PLAIN.close(), GENTLE.close());
            })
            .await
            .expect("nothing is pending");
        });
    let (plain, gentle) = (PLAIN.stats(), GENTLE.stats());
    assert_eq!(
        ended(plain) + ended(gentle),
        submitted.load(Ordering::Relaxed) + 2,
        "{plain:?} {gentle:?}"
    );
    for stats in [plain, gentle] {
        assert_eq!((stats.queued, stats.running, stats.processes), (0, 0, 0));
        assert!(
            stats.done > 0 && stats.died > 0 && stats.cancelled > 0,
            "{stats:?}"
        );
    }
    // Most that hang are killed before their limit.
    assert!(
        plain.timed_out + gentle.timed_out > 0,
        "{plain:?} {gentle:?}"
    );
    assert!(kills > 0);
    assert_eq!(children(), [""; 0]);
}
