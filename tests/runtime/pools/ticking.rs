//! Bodies that wait for a call behind a task, and are woken again and again by something else meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use offload_tests::{drive, in_time, multi_thread};
use tokio::task::yield_now;
use tokio_offload::block_on;

use super::kit::kinds;

const TICK: Duration = Duration::from_millis(20);

/// M3: the call gets a spare thread, though its body looks like one at work.
#[test]
fn a_call_behind_a_task_beside_a_ticker_proceeds() {
    for sleeps in [true, false] {
        in_time(move || {
            let runtime = multi_thread();
            let _entered = runtime.enter();
            for pool in kinds(1).map(Arc::new) {
                let inner = Arc::clone(&pool);
                let ticks = async move {
                    let mut task = tokio::spawn(inner.run(|| 7));
                    loop {
                        let tick = async {
                            if sleeps {
                                tokio::time::sleep(TICK).await;
                            } else {
                                yield_now().await;
                            }
                        };
                        tokio::select! {
                            result = &mut task => break result.unwrap(),
                            () = tick => {}
                        }
                    }
                };
                assert_eq!(drive(pool.run(|| block_on(ticks))).unwrap(), 7);
            }
        });
    }
}

/// L1: a body whose calls run in its place is at work, however long it takes in all and whoever waits.
#[test]
fn the_limit_holds_while_a_body_runs_one_call_after_the_other() {
    in_time(|| {
        let runtime = multi_thread();
        let _entered = runtime.enter();
        for pool in kinds(1).map(Arc::new) {
            let (inner, ended) = (Arc::clone(&pool), Arc::new(AtomicBool::new(false)));
            let ends = Arc::clone(&ended);
            let began = Instant::now();
            let calls = async move {
                while began.elapsed() < Duration::from_millis(2_500) {
                    inner.run(|| thread::sleep(TICK)).await;
                }
            };
            let first = pool.run(move || {
                block_on(calls).unwrap();
                ends.store(true, SeqCst);
            });
            let first = first.start();
            let next = runtime.spawn(pool.run(move || ended.load(SeqCst)));
            drive(first);
            assert!(drive(next).unwrap(), "it ran beyond the limit");
        }
    });
}
