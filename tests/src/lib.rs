//! Helpers of the behaviour tests: runtimes, gates that hold a body, counters of drops, limits for tests that hang.
//!
//! The comment of a test begins with the promise that it keeps, such as `C3:`. `tests/PROMISES.md` lists them.

#![allow(
    missing_debug_implementations,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on panics, and prints none of these"
)]

use std::{
    future::Future,
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
        mpsc::{self, Receiver, Sender},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
};

use tokio::runtime::{Builder, Runtime};
use tokio_offload::{
    __private::{self as p, Site},
    Executor, Job, Offload,
};

mod current;
mod says;

pub use current::Current;
pub use offload_limits::{
    Seed, among_bombs, child, in_time, limit_all, only, output, rounds, succeeds,
};
pub use says::assert_says;

/// A runtime on the calling thread.
pub fn current_thread() -> Runtime {
    limit_all();
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A runtime with two workers.
pub fn multi_thread() -> Runtime {
    limit_all();
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// A runtime whose calls take turns on one thread.
pub fn one_slot() -> Runtime {
    limit_all();
    let mut builder = Builder::new_current_thread();
    builder
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap()
}

/// A gate for a body and the key to it.
pub fn gate() -> (Gate, Key) {
    limit_all();
    let (arrive, arrived) = mpsc::channel();
    let (open, opened) = mpsc::channel();
    (Gate { arrive, opened }, Key { open, arrived })
}

/// The body's side: it reports that it runs, and waits until it may continue.
pub struct Gate {
    arrive: Sender<()>,
    opened: Receiver<()>,
}

/// The test's side: it sees that the body runs and lets it continue. Dropping it lets the body continue too.
pub struct Key {
    open: Sender<()>,
    arrived: Receiver<()>,
}

impl Gate {
    /// Reports that the body is here, and waits until the key opens the gate.
    pub fn pass(&self) {
        let _ = self.arrive.send(());
        let _ = self.opened.recv();
    }
}

impl Key {
    /// Waits until the body is at the gate.
    pub fn await_body(&self) {
        self.arrived.recv().expect("the body comes to the gate");
    }

    /// Whether the body has reached the gate, or was dropped before.
    pub fn body_came(&self) -> bool {
        self.arrived.try_recv().is_ok()
    }

    /// Lets the body continue.
    pub fn open(&self) {
        let _ = self.open.send(());
    }
}

/// Counts how often its probes are dropped.
#[derive(Clone, Default)]
pub struct Drops(Arc<AtomicUsize>);

/// A value that a body captures or returns, and whose drop is counted.
#[derive(Debug)]
pub struct Probe(Arc<AtomicUsize>);

impl Drops {
    /// A new value whose drop is counted here.
    pub fn probe(&self) -> Probe {
        Probe(Arc::clone(&self.0))
    }

    /// How many probes were dropped.
    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Panics when it is dropped.
pub struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("the bomb");
    }
}

/// A waker that panics when it is dropped.
pub struct BadWaker;

impl Wake for BadWaker {
    fn wake(self: Arc<Self>) {
        mem::forget(self);
    }
}

impl Drop for BadWaker {
    fn drop(&mut self) {
        panic!("the waker");
    }
}

/// An executor that keeps its jobs until a test takes them.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<Vec<Job>>>);

impl Shelf {
    /// The job that has been here longest.
    pub fn take(&self) -> Job {
        self.0.lock().unwrap().remove(0)
    }

    /// Whether no job is here.
    pub fn is_empty(&self) -> bool {
        self.0.lock().unwrap().is_empty()
    }
}

impl Executor for Shelf {
    fn submit(&self, job: Job) {
        self.0.lock().unwrap().push(job);
    }
}

/// A call that goes to `executor`.
pub fn run_on<R: Send + 'static>(
    executor: &(impl Executor + Clone),
    body: impl FnOnce() -> R + Send + 'static,
) -> Offload<R> {
    static SITE: Site = Site::new("run_on", module_path!(), file!(), line!());
    p::call0(&SITE, p::on(Arc::new(executor.clone())), body)
}

/// Polls once with a waker that counts.
pub fn poll_once<F: Future + Unpin>(future: &mut F, count: &Arc<Wakes>) -> Poll<F::Output> {
    let waker = Waker::from(Arc::clone(count));
    Pin::new(future).poll(&mut Context::from_waker(&waker))
}

/// Counts wake-ups.
#[derive(Default)]
pub struct Wakes(pub AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// Drives a future on this thread, which is in no runtime.
pub fn drive<F: Future>(future: F) -> F::Output {
    /// The token alone is not enough: what a poll does may park as well, and use it up.
    struct Unpark(thread::Thread, AtomicBool);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.1.store(true, SeqCst);
            self.0.unpark();
        }
    }
    limit_all();
    let unpark = Arc::new(Unpark(thread::current(), AtomicBool::new(false)));
    let waker = Waker::from(Arc::clone(&unpark));
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => {
                while !unpark.1.swap(false, SeqCst) {
                    thread::park();
                }
            }
        }
    }
}
