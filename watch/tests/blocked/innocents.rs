//! Code that does not block a worker is never reported. Each case lasts for many times the limit, and a busy machine only makes it longer.

use std::{
    fs,
    hint::black_box,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use tokio::{runtime::Builder, task};
use tokio_offload_watch::{How, allow_blocking};

use super::support::{
    LIMIT, alone, is_quiet, reports, single, wait_for, wait_until_parked, workers,
};

const STAY: Duration = Duration::from_millis(400);

#[test]
fn a_runtime_without_work() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    thread::sleep(STAY);
    assert!(is_quiet(&told));
}

#[test]
fn a_body_on_a_blocking_thread() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let body = runtime.spawn_blocking(|| thread::sleep(STAY));
    runtime.block_on(body).unwrap();
    assert!(is_quiet(&told));
}

#[test]
fn block_in_place() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let task = runtime.spawn(async { tokio::task::block_in_place(|| thread::sleep(STAY)) });
    runtime.block_on(task).unwrap();
    assert!(is_quiet(&told));
}

/// What takes its place would run on a blocking thread, and there is none. Nothing runs the tasks of this worker then.
#[test]
fn block_in_place_without_a_free_blocking_thread_is_told() {
    let _alone = alone();
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .max_blocking_threads(1)
        .build()
        .unwrap();
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel::<()>();
    let (end_of_body, body_ended) = mpsc::channel::<()>();
    let (tell, is_there) = mpsc::channel();
    let body = runtime.spawn_blocking(move || {
        tell.send(()).unwrap();
        _ = body_ended.recv();
    });
    is_there.recv().unwrap();
    let task = runtime.spawn(async { task::block_in_place(move || ended.recv().unwrap_err()) });
    if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        let report = wait_for(&told);
        let unnamed = report.unnamed.unwrap_or_default();
        assert!(unnamed.contains("`block_in_place`"), "{report:#?}");
        assert_eq!((report.worker, &report.function), (Some(0), &None));
    }
    drop(end);
    runtime.block_on(task).unwrap();
    drop(end_of_body);
    runtime.block_on(body).unwrap();
}

/// D2: the thread of the worker becomes one that may block, while another becomes the worker, which may not.
#[test]
fn a_thread_that_changes_its_role() {
    let _alone = alone();
    let runtime = workers(1);
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel::<()>();
    let task = runtime.spawn(async move {
        task::block_in_place(|| thread::sleep(STAY));
        task::yield_now().await;
        let body = task::spawn_blocking(|| thread::sleep(STAY));
        body.await.unwrap();
        _ = ended.recv();
    });
    let report = wait_for(&told);
    let calls = report.calls.as_deref().unwrap_or_default();
    assert!(calls.contains("recv"), "{report:#?}");
    drop(end);
    runtime.block_on(task).unwrap();
    assert!(is_quiet(&told));
}

/// D5: calls that could wait, and do not.
#[test]
fn attempts_that_do_not_wait() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let lock = Arc::new(Mutex::new(()));
    let held = lock.lock().unwrap();
    let (_keep, nothing) = mpsc::channel::<()>();
    let other = Arc::clone(&lock);
    let task = runtime.spawn(async move {
        let start = Instant::now();
        while start.elapsed() < STAY {
            assert!(other.try_lock().is_err());
            nothing.try_recv().unwrap_err();
            nothing.recv_timeout(Duration::ZERO).unwrap_err();
            task::yield_now().await;
        }
    });
    runtime.block_on(task).unwrap();
    drop(held);
    assert!(is_quiet(&told));
}

#[test]
fn tasks_that_yield() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let yields = || async {
        let start = Instant::now();
        while start.elapsed() < STAY {
            tokio::task::yield_now().await;
        }
    };
    let tasks: Vec<_> = (0..8).map(|_| runtime.spawn(yields())).collect();
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
    assert!(is_quiet(&told));
}

#[test]
fn short_stays_with_gaps() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let task = runtime.spawn(async {
        for _ in 0..40 {
            thread::sleep(Duration::from_millis(3));
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    });
    runtime.block_on(task).unwrap();
    assert!(is_quiet(&told));
}

/// A worker updates its counter after 61 polls, which together may be long on a busy machine. The report must not call them one poll.
#[test]
fn short_stays_back_to_back() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let task = runtime.spawn(async {
        for _ in 0..400 {
            thread::sleep(Duration::from_micros(500));
            tokio::task::yield_now().await;
        }
    });
    runtime.block_on(task).unwrap();
    for report in told.try_iter() {
        assert!(!report.one_poll, "{report:#?}");
    }
}

#[test]
fn allow_blocking_gives_no_report() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let task = runtime.spawn(async { allow_blocking(|| thread::sleep(STAY)) });
    runtime.block_on(task).unwrap();
    assert!(is_quiet(&told));
}

/// Its stack cannot be read: that takes the helper process.
#[test]
fn allow_blocking_around_what_computes_gives_no_report() {
    let _alone = alone();
    let runtime = workers(1);
    let told = reports(&runtime);
    // For the first report names are read, which takes longer than the scope.
    let end = Arc::new(AtomicBool::new(false));
    let its = Arc::clone(&end);
    let task = runtime.spawn(async move { computes_until(|| its.load(Relaxed)) });
    assert_eq!(wait_for(&told).how, How::Computing);
    end.store(true, Relaxed);
    runtime.block_on(task).unwrap();
    wait_until_parked(&runtime, 1);
    let task = runtime.spawn(async {
        let start = on_a_processor();
        allow_blocking(|| computes_until(|| on_a_processor() > start + LIMIT * 5));
    });
    runtime.block_on(task).unwrap();
    assert!(is_quiet(&told));
}

/// How long this thread had a processor.
fn on_a_processor() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = text.split(' ').next().unwrap();
    Duration::from_nanos(nanoseconds.parse().unwrap())
}

fn computes_until(is_over: impl Fn() -> bool) {
    while !is_over() {
        black_box(0);
    }
}

#[test]
fn what_blocks_after_allow_blocking_is_reported() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    let (end, ended) = mpsc::channel::<()>();
    let task = runtime.spawn(async move {
        allow_blocking(|| thread::sleep(LIMIT * 3));
        _ = ended.recv();
    });
    let report = wait_for(&told);
    assert!(
        report
            .calls
            .as_deref()
            .is_some_and(|calls| calls.contains("recv")),
        "{report:#?}"
    );
    drop(end);
    runtime.block_on(task).unwrap();
    assert!(is_quiet(&told));
}

#[test]
fn a_runtime_of_one_thread_between_two_block_on() {
    let _alone = alone();
    let runtime = single();
    let told = reports(&runtime);
    for _ in 0..3 {
        runtime.block_on(tokio::task::yield_now());
        thread::sleep(STAY / 2);
    }
    assert!(is_quiet(&told));
}

#[test]
fn a_future_inside_block_on_that_waits() {
    let _alone = alone();
    let runtime = workers(2);
    let told = reports(&runtime);
    runtime.block_on(async { tokio::time::sleep(STAY).await });
    // The same with no `block_on` at all.
    thread::sleep(STAY);
    assert!(is_quiet(&told));
}
