//! Great numbers of runtimes and threads, and threads with odd names.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
};

use tokio::runtime::Builder;

use super::support::{LONG, alone, is_quiet, reports, single, wait_for, workers};

/// Each watch ends with its runtime, and accuses nobody while it does.
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

/// The kernel says the name of a thread in the same file as its state.
#[test]
fn the_one_that_blocks_is_named_among_two_hundred() {
    let _alone = alone();
    let (end_all, ended) = mpsc::channel::<()>();
    let ended = Arc::new(Mutex::new(ended));
    let others: Vec<_> = (0..200)
        .map(|_| {
            let ended = Arc::clone(&ended);
            thread::spawn(move || drop(ended.lock().map(|ended| ended.recv())))
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
