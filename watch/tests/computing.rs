//! A program that is its own helper: code that computes is named, and a stopped process is not reported as blocked.

use std::{
    hint::black_box,
    process::{Command, exit},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio_offload_watch::{Blocked, How, init, on_blocked, seen};

const LIMIT: Duration = Duration::from_millis(40);
/// The kernel counts the time of a running thread only now and then, and not as often as this.
const SHORT: Duration = Duration::from_millis(8);
const LONG: Duration = Duration::from_secs(180);
/// More than are looked at in one go.
const MANY: usize = 20;

fn main() {
    init();
    if cfg!(not(all(
        feature = "process",
        target_os = "linux",
        target_arch = "x86_64"
    ))) {
        return;
    }
    offload_limits::limit_all();
    if std::env::args().nth(1).as_deref() == Some("stopped") {
        return is_stopped_by_a_signal();
    }
    a_function_that_computes_is_named(LIMIT);
    a_function_that_computes_is_named(SHORT);
    some_of_many_that_compute_are_named();
    what_waits_after_it_has_computed_is_named_too();
    a_process_that_was_stopped_accuses_nobody();
    println!("computing: ok");
}

#[inline(never)]
fn crunch(end: &AtomicBool) -> u64 {
    let mut sum = 0_u64;
    while !end.load(Relaxed) {
        sum = black_box(sum.wrapping_mul(31).wrapping_add(7));
    }
    sum
}

fn a_function_that_computes_is_named(limit: Duration) {
    let runtime = runtime(2);
    let (tell, told) = mpsc::channel();
    let end = Arc::new(AtomicBool::new(false));
    let _inside = runtime.enter();
    let hear = move |report: &Blocked| drop(tell.send(report.clone()));
    on_blocked(limit, hear).unwrap();
    loop {
        end.store(false, Relaxed);
        let its = Arc::clone(&end);
        let task = runtime.spawn(async move { black_box(crunch(&its)) });
        let report = told.recv_timeout(LONG).expect("nothing was told");
        end.store(true, Relaxed);
        runtime.block_on(task).unwrap();
        // If the machine had no processor for the task, the report is not about its code.
        if !matches!(report.how, How::NotScheduled { .. }) {
            assert_eq!(report.how, How::Computing, "{report:#?}");
            assert!(
                report
                    .function
                    .as_deref()
                    .is_some_and(|name| name.ends_with("crunch")),
                "{report:#?}"
            );
            assert!(
                report.file.is_some() && report.line.is_some(),
                "{report:#?}"
            );
            return;
        }
    }
}

/// Only a part of them is looked at, and not always the same.
fn some_of_many_that_compute_are_named() {
    let runtime = runtime(MANY);
    let (tell, told) = mpsc::channel();
    let (arrive, arrived) = mpsc::channel();
    let end = Arc::new(AtomicBool::new(false));
    let start = |_| {
        let (end, arrive) = (Arc::clone(&end), arrive.clone());
        runtime.spawn(async move {
            arrive.send(()).unwrap();
            black_box(crunch(&end))
        })
    };
    let tasks: Vec<_> = (0..MANY).map(start).collect();
    for _ in 0..MANY {
        arrived.recv_timeout(LONG).unwrap();
    }
    let _inside = runtime.enter();
    on_blocked(LIMIT, move |report| drop(tell.send(report.clone()))).unwrap();
    let is_named = |report: Blocked| report.to_string().contains("`computing::crunch`");
    while !is_named(told.recv_timeout(LONG).expect("nothing is named")) {}
    end.store(true, Relaxed);
    for task in tasks {
        runtime.block_on(task).unwrap();
    }
}

#[inline(never)]
fn receive(ended: &mpsc::Receiver<()>) {
    ended.recv().unwrap_err();
}

/// In one poll, so that no counter of tokio changes. On a busy machine it may not be seen to be one poll, and then runs again.
fn what_waits_after_it_has_computed_is_named_too() {
    let runtime = runtime(1);
    let (tell, told) = mpsc::channel();
    let _inside = runtime.enter();
    on_blocked(LIMIT, move |report: &Blocked| {
        if !matches!(report.how, How::NotScheduled { .. }) {
            tell.send(report.clone()).unwrap();
        }
    })
    .unwrap();
    loop {
        let end = Arc::new(AtomicBool::new(false));
        let its = Arc::clone(&end);
        let (end_of_wait, ended) = mpsc::channel();
        let task = runtime.spawn(async move {
            black_box(crunch(&its));
            receive(&ended);
        });
        let computes = told.recv_timeout(LONG).expect("it computes");
        end.store(true, Relaxed);
        assert!(
            computes.to_string().contains("`computing::crunch`"),
            "{computes:#?}"
        );
        let waits = computes
            .one_poll
            .then(|| told.recv_timeout(LONG).expect("it waits"));
        drop(end_of_wait);
        runtime.block_on(task).unwrap();
        if let Some(waits) = waits {
            let name = waits.function.as_deref().unwrap_or_default();
            return assert!(name.ends_with("computing::receive"), "{waits:#?}");
        }
        // What it does next is another stay.
        while runtime.metrics().worker_park_unpark_count(0) % 2 == 0 {
            thread::yield_now();
        }
    }
}

fn runtime(workers: usize) -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder
        .worker_threads(workers)
        .enable_all()
        .build()
        .unwrap()
}

/// The child: says that it is ready, is stopped for long, and continues.
fn is_stopped_by_a_signal() {
    let runtime = runtime(2);
    let _inside = runtime.enter();
    on_blocked(LIMIT, |_| ()).unwrap();
    // Workers that are always inside a poll are stopped inside one.
    for _ in 0..4 {
        runtime.spawn(async {
            loop {
                tokio::task::yield_now().await;
            }
        });
    }
    let task = runtime.spawn(async {
        let me = std::process::id().to_string();
        let stop = format!("kill -STOP {me}; sleep 1; kill -CONT {me}");
        let spawned = Command::new("sh").args(["-c", &stop]).spawn();
        tokio::task::spawn_blocking(move || drop(spawned.unwrap().wait()))
            .await
            .unwrap();
    });
    runtime.block_on(task).unwrap();
    thread::sleep(LIMIT * 4);
    let mine = seen()
        .last
        .into_iter()
        .filter(|it| !matches!(it.how, How::NotScheduled { .. }));
    let reports: Vec<_> = mine.collect();
    if !reports.is_empty() {
        println!("{reports:#?}");
        exit(1);
    }
    thread::sleep(LIMIT);
}

fn a_process_that_was_stopped_accuses_nobody() {
    let program = std::env::current_exe().unwrap();
    offload_limits::succeeds(Command::new(program).arg("stopped"));
}
