//! Calls to a value that one thread owns: `Owner`, beside hand-written solutions.
//!
//! `cargo run --release -p offload-benches --bin owned`

use std::{
    hint::black_box,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use futures_util::future::join_all;
use offload_benches::pairs::{Work, print_header, print_row};
use offload_examples::arguments::flags;
use tokio::{
    runtime::{Builder, Runtime},
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};
use tokio_offload::offload;

/// The owned value.
struct Sum(u64);

#[offload(owner = Owned)]
impl Sum {
    pub(crate) fn new() -> Self {
        Self(0)
    }

    pub(crate) fn add(&mut self, more: u64) -> u64 {
        self.0 += more;
        self.0
    }
}

type Job = Box<dyn FnOnce(&mut u64) + Send>;

/// The queue of jobs for the thread.
trait Queue: Clone + Send + 'static {
    fn put(&self, job: Job);
}

impl Queue for mpsc::UnboundedSender<Job> {
    fn put(&self, job: Job) {
        assert!(self.send(job).is_ok(), "the thread lives");
    }
}

impl Queue for std::sync::mpsc::Sender<Job> {
    fn put(&self, job: Job) {
        assert!(self.send(job).is_ok(), "the thread lives");
    }
}

impl Queue for crossbeam_channel::Sender<Job> {
    fn put(&self, job: Job) {
        assert!(self.send(job).is_ok(), "the thread lives");
    }
}

/// A thread written by hand behind a channel; it ends with the sender.
#[derive(Clone)]
struct ByHand<Q>(Q);

impl ByHand<mpsc::UnboundedSender<Job>> {
    fn tokio() -> Self {
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        thread::spawn(move || {
            let mut value = 0;
            while let Some(job) = queue.blocking_recv() {
                job(&mut value);
            }
        });
        Self(jobs)
    }
}

impl<Q: Queue> ByHand<Q> {
    fn of<I: Iterator<Item = Job>>(jobs: Q, queue: impl FnOnce() -> I + Send + 'static) -> Self {
        thread::spawn(move || {
            let mut value = 0;
            queue().for_each(|job| job(&mut value));
        });
        Self(jobs)
    }

    async fn add(&self, more: u64) -> u64 {
        let (answer, result) = oneshot::channel();
        self.0.put(Box::new(move |value| {
            *value += more;
            let _ = answer.send(*value);
        }));
        result.await.expect("the thread answers")
    }
}

/// A value behind a lock, used on tokio's blocking threads.
#[derive(Clone)]
struct Locked(Arc<Mutex<u64>>);

impl Locked {
    async fn add(&self, more: u64) -> u64 {
        let value = Arc::clone(&self.0);
        let body = move || {
            let mut value = value.lock().unwrap_or_else(PoisonError::into_inner);
            *value += more;
            *value
        };
        spawn_blocking(body).await.expect("the body ends")
    }
}

/// The rows, for a way with a method `add`. A task of the runtime makes the calls, as a service does.
macro_rules! works {
    ($runtime:expr, $way:expr) => {{
        let (runtime, way) = ($runtime, $way);
        let (alone, at_once, tasks) = (way.clone(), way.clone(), way);
        [
            Box::new(move |times: usize| {
                let way = alone.clone();
                in_task(runtime, async move {
                    for _ in 0..times {
                        black_box(way.add(1).await);
                    }
                });
            }) as Work<'_>,
            Box::new(move |times: usize| {
                let way = at_once.clone();
                in_task(runtime, async move {
                    for _ in 0..times / BURST {
                        black_box(join_all((0..BURST).map(|_| way.add(1))).await);
                    }
                });
            }),
            Box::new(move |times: usize| {
                let way = tasks.clone();
                in_task(runtime, async move {
                    let task = |_| {
                        let way = way.clone();
                        tokio::spawn(async move {
                            for _ in 0..times / TASKS {
                                black_box(way.add(1).await);
                            }
                        })
                    };
                    join_all((0..TASKS).map(task)).await;
                });
            }),
        ]
    }};
}

/// Calls at once, and tasks that call.
const BURST: usize = 1000;
const TASKS: usize = 10;

fn in_task(runtime: &Runtime, task: impl Future<Output = ()> + Send + 'static) {
    let task = runtime.spawn(task);
    runtime.block_on(task).expect("the task ends");
}

const USAGE: &str = "\
usage: owned
  Compares calls to a value that one thread owns: `Owner`, beside hand-written solutions.";

fn main() -> ExitCode {
    if let Err(code) = flags("owned", USAGE, &[]) {
        return code;
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime to start");
    let owned = runtime.block_on(async { Owned::new().await });
    let (std_jobs, std_queue) = std::sync::mpsc::channel::<Job>();
    let (jobs, queue) = crossbeam_channel::unbounded::<Job>();
    print_header(&[
        "`Owner`",
        "tokio's channel",
        "std's channel",
        "crossbeam",
        "`Mutex` and `spawn_blocking`",
    ]);
    let ways = [
        works!(&runtime, owned),
        works!(&runtime, ByHand::tokio()),
        works!(
            &runtime,
            ByHand::of(std_jobs, move || std_queue.into_iter())
        ),
        works!(&runtime, ByHand::of(jobs, move || queue.into_iter())),
        works!(&runtime, Locked(Arc::default())),
    ];
    let rows = [
        ("one call after the other", 2000),
        ("1000 at once", 20_000),
        ("10 tasks that call", 20_000),
    ];
    let mut ways = ways.map(IntoIterator::into_iter);
    for (name, times) in rows {
        let works: Vec<_> = ways.iter_mut().filter_map(Iterator::next).collect();
        print_row(name, times, &works);
    }
    ExitCode::SUCCESS
}
