//! A runtime with a watch, and its reports.

use std::{
    fs,
    path::Path,
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver},
    },
    thread,
    time::Duration,
};

use offload_limits::limit_all;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};
use tokio_offload_watch::{Blocked, How, on_blocked, seen};

pub(crate) const LIMIT: Duration = Duration::from_millis(40);

/// Longer than any report takes on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(180);

/// Lets one test run at a time, because the watch could suspect the threads of another.
pub(crate) fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    limit_all();
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn workers(count: usize) -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(count)
        .enable_all()
        .build()
        .unwrap()
}

pub(crate) fn single() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The reports about workers of `runtime` from now on, without those about an overloaded machine.
pub(crate) fn reports(runtime: &Runtime) -> Receiver<Blocked> {
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

/// Whether there was no report.
pub(crate) fn is_quiet(told: &Receiver<Blocked>) -> bool {
    match told.try_recv() {
        Ok(report) => panic!("{report:#?}"),
        Err(_) => true,
    }
}

/// Waits until that many workers have parked. What they do next is another stay, in which the same place is reported again.
pub(crate) fn wait_until_parked(runtime: &Runtime, count: usize) {
    let metrics = runtime.metrics();
    let is_parked = |worker: &usize| metrics.worker_park_unpark_count(*worker) % 2 == 1;
    while (0..metrics.num_workers()).filter(is_parked).count() < count {
        thread::yield_now();
    }
}

/// Blocks a worker of `runtime` until the sender is dropped. It sleeps when this returns.
pub(crate) fn blocks(runtime: &Runtime) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (end, ended) = mpsc::channel();
    let (tell, is_there) = mpsc::channel();
    let task = runtime.spawn(async move {
        tell.send(fs::read_link("/proc/thread-self").unwrap())
            .unwrap();
        _ = ended.recv();
    });
    let thread = Path::new("/proc").join(is_there.recv().unwrap());
    while fs::read_to_string(thread.join("syscall")).unwrap() == "running\n" {
        thread::yield_now();
    }
    (end, task)
}

#[track_caller]
pub(crate) fn wait_for(told: &Receiver<Blocked>) -> Blocked {
    told.recv_timeout(LONG)
        .unwrap_or_else(|error| panic!("{error}, after {:#?}", seen()))
}
