//! A runtime with one worker, and the reports about it. Who waits in vain for one says what was reported before, and what threads do.

use std::{
    fs,
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use tokio::runtime::{Builder, Runtime};
use tokio_offload_watch::{Blocked, How, on_blocked, seen};

pub(super) const LIMIT: Duration = Duration::from_millis(40);

/// Longer than any report takes on a busy machine, and shorter than the limit of the parent.
pub(super) const LONG: Duration = Duration::from_secs(150);

pub(super) fn runtime() -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().unwrap();
    // A thread sets its name only when it runs, and other tests look for that name.
    runtime.block_on(runtime.spawn(async {})).unwrap();
    runtime
}

/// The reports from now on, except those that a machine is too busy.
pub(super) fn reports(runtime: &Runtime) -> Receiver<Blocked> {
    let (tell, told) = mpsc::channel();
    let _inside = runtime.enter();
    let hear = move |report: &Blocked| {
        if !matches!(report.how, How::NotScheduled { .. }) {
            drop(tell.send(report.clone()));
        }
    };
    on_blocked(LIMIT, hear).unwrap();
    told
}

/// The next report.
#[track_caller]
pub(super) fn next(told: &Receiver<Blocked>) -> Blocked {
    told.recv_timeout(LONG).unwrap_or_else(|error| {
        panic!(
            "{error}, after {:#?}, while the threads are: {}",
            seen(),
            threads()
        )
    })
}

/// What the kernel says of each thread.
fn threads() -> String {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten();
    let read = |task: &fs::DirEntry, file| fs::read_to_string(task.path().join(file));
    let lines = tasks.flatten().map(|task| {
        let files = ["comm", "syscall", "schedstat"].map(|file| read(&task, file));
        format!("\n{:?} {files:?}", task.file_name())
    });
    lines.collect()
}

/// Waits until its worker has parked. What it does next is another stay, in which the same place is reported again.
pub(super) fn wait_until_parked(runtime: &Runtime) {
    while runtime.metrics().worker_park_unpark_count(0) % 2 == 0 {
        thread::yield_now();
    }
}
