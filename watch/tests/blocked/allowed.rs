//! A scope of `allow_blocking` is for its own thread, and hides nobody else.

use std::{sync::mpsc, thread};

use tokio::runtime::Runtime;
use tokio_offload_watch::allow_blocking;

use super::support::{LIMIT, alone, is_quiet, reports, wait_for, wait_until_parked, workers};

/// Blocks a worker of `runtime` with leave until the sender is dropped.
fn stays_in_a_scope(runtime: &Runtime) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (end, ended) = mpsc::channel::<()>();
    let (tell, is_there) = mpsc::channel();
    let task = runtime.spawn(async move {
        allow_blocking(|| {
            tell.send(()).unwrap();
            _ = ended.recv();
        });
    });
    is_there.recv().unwrap();
    (end, task)
}

fn is_told_beside_a_scope(runtime: &Runtime, of_scope: &Runtime) {
    let told = reports(runtime);
    let (end_scope, allowed) = stays_in_a_scope(of_scope);
    // The scope is over the limit by then, and alone.
    thread::sleep(LIMIT * 3);
    for _ in 0..3 {
        let (end, ended) = mpsc::channel::<()>();
        let culprit = runtime.spawn(async move { _ = ended.recv() });
        let report = wait_for(&told);
        let calls = report.calls.as_deref().unwrap_or_default();
        let is_named = calls.contains("recv");
        drop(end);
        runtime.block_on(culprit).unwrap();
        assert!(is_named, "{report:#?}");
        wait_until_parked(runtime, 2);
    }
    drop(end_scope);
    of_scope.block_on(allowed).unwrap();
    assert!(is_quiet(&told));
}

#[test]
fn who_blocks_beside_a_scope_of_the_same_runtime_is_told() {
    let _alone = alone();
    let runtime = workers(3);
    is_told_beside_a_scope(&runtime, &runtime);
}

#[test]
fn who_blocks_beside_a_scope_of_another_runtime_is_told() {
    let _alone = alone();
    is_told_beside_a_scope(&workers(2), &workers(2));
}
