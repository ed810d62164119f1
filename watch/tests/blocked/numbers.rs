//! Large numbers of runtimes and threads, and threads with odd names.

use std::{
    iter,
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use tokio::runtime::Builder;
use tokio_offload_watch::on_blocked;

use super::support::{
    LONG, alone, is_quiet, reports, single, wait_for, wait_until_parked, workers,
};

/// A watch that sleeps for a very long time is woken when its runtime ends, or when another watch replaces it.
#[test]
fn with_the_longest_limit_a_watch_still_ends() {
    let _alone = alone();
    for limit in [Duration::MAX, Duration::from_secs(u64::from(u32::MAX))] {
        let runtime = workers(1);
        let inside = runtime.enter();
        let (first, ended) = mpsc::channel::<()>();
        on_blocked(limit, move |_| first.send(()).unwrap()).unwrap();
        let (second, replaced) = mpsc::channel::<()>();
        on_blocked(limit, move |_| second.send(()).unwrap()).unwrap();
        let over = Err(mpsc::RecvTimeoutError::Disconnected);
        assert_eq!(ended.recv_timeout(LONG), over);
        drop(inside);
        drop(runtime);
        assert_eq!(replaced.recv_timeout(LONG), over);
    }
}

#[test]
fn with_the_shortest_limit_what_blocks_is_told() {
    let _alone = alone();
    let runtime = workers(1);
    let _inside = runtime.enter();
    let (tell, told) = mpsc::channel();
    on_blocked(Duration::from_nanos(1), move |report| {
        drop(tell.send(report.calls.clone().unwrap_or_default()));
    })
    .unwrap();
    let is_named = || {
        let (end, ended) = mpsc::channel::<()>();
        let task = runtime.spawn(async move { _ = ended.recv() });
        let mut reports = iter::from_fn(|| told.recv_timeout(Duration::from_secs(1)).ok());
        let named = reports.any(|calls| calls.contains("recv"));
        drop(end);
        runtime.block_on(task).unwrap();
        wait_until_parked(&runtime, 1);
        named || cfg!(not(target_os = "linux"))
    };
    // The code before the wait also takes longer than a nanosecond, and one poll is reported only once.
    assert!((0..100).any(|_| is_named()));
}

/// Each watch ends with its runtime, and reports nothing while it ends.
#[test]
fn a_thousand_runtimes_come_and_go() {
    let _alone = alone();
    let mut all = Vec::new();
    for round in 0..1_000 {
        let runtime = if round % 10 == 0 {
            workers(1)
        } else {
            single()
        };
        let told = reports(&runtime);
        runtime.block_on(tokio::task::yield_now());
        if round % 3 == 0 {
            runtime.shutdown_background();
        } else {
            drop(runtime);
        }
        all.push(told);
    }
    for told in all {
        assert_eq!(
            told.recv_timeout(LONG),
            Err(mpsc::RecvTimeoutError::Disconnected)
        );
    }
}

/// The kernel writes the name of a thread into the same file as its state.
#[test]
fn the_one_that_blocks_is_named_among_two_thousand() {
    let _alone = alone();
    let (end_all, ended) = mpsc::channel::<()>();
    let ended = Arc::new(Mutex::new(ended));
    let others: Vec<_> = (0..2_000)
        .map_while(|_| {
            let ended = Arc::clone(&ended);
            let waits = move || drop(ended.lock().map(|ended| ended.recv()));
            // As many as the system allows.
            thread::Builder::new()
                .stack_size(64 * 1024)
                .spawn(waits)
                .ok()
        })
        .collect();
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("a) \nState:\tT (")
        .enable_all()
        .build()
        .unwrap();
    let told = reports(&runtime);
    let (end, blocked) = mpsc::channel();
    let task = runtime.spawn(async move { among_others(&blocked) });
    let report = wait_for(&told);
    drop(end);
    runtime.block_on(task).unwrap();
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        let function = report.function.as_deref().unwrap_or_default();
        assert!(function.ends_with("numbers::among_others"), "{report:#?}");
    }
    assert!(is_quiet(&told));
    drop(end_all);
    for other in others {
        other.join().unwrap();
    }
}

#[inline(never)]
fn among_others(blocked: &mpsc::Receiver<()>) {
    blocked.recv().unwrap_err();
}
