//! Runs the three ways under the same conditions and notes what the clock saw.

use std::{
    io,
    ops::Range,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use offload_examples::{
    progress::Progress,
    ticker::{Tick, Ticker},
};
use tokio::task::JoinSet;

use crate::{BATCH, Digest, Way};

/// How many files are read at the same time, each way.
pub(crate) const AT_A_TIME: u32 = 2;
/// How often the clock asks to be woken.
pub(crate) const TICK: Duration = Duration::from_millis(1);

/// The run of one way, or of the clock alone.
pub(crate) struct Run {
    pub(crate) way: Option<Way>,
    pub(crate) lasted: Duration,
    pub(crate) work: Work,
    pub(crate) ticks: Vec<Tick>,
}

impl Run {
    /// Whether bodies ran on the workers of the runtime.
    pub(crate) fn blocks(&self) -> bool {
        self.way == Some(Way::Directly)
    }
}

/// The results for the files.
#[derive(Default)]
pub(crate) struct Work {
    /// The first reading of each file, by its number.
    pub(crate) first: Vec<(usize, io::Result<Digest>)>,
    /// How many were read, all readings counted.
    pub(crate) files: usize,
    pub(crate) bytes: u64,
}

/// The clock alone, to know how late it is without any load.
pub(crate) async fn nothing(lasting: Duration) -> Run {
    let clock = Ticker::start(TICK);
    tokio::time::sleep(lasting).await;
    Run {
        way: None,
        lasted: lasting,
        work: Work::default(),
        ticks: clock.stop().await,
    }
}

/// Reads all files once, so that the page cache is equally warm for each way.
pub(crate) async fn warm_up(files: &Arc<[PathBuf]>) {
    hash_all(Way::Offload, files, Duration::ZERO, "warming up").await;
}

/// Reads all files beside the clock, over and over until the time is up.
pub(crate) async fn hashing(way: Way, files: &Arc<[PathBuf]>, lasting: Duration) -> Run {
    let clock = Ticker::start(TICK);
    let start = Instant::now();
    let work = hash_all(way, files, lasting, way.name()).await;
    let lasted = start.elapsed();
    Run {
        way: Some(way),
        lasted,
        work,
        ticks: clock.stop().await,
    }
}

/// The job itself, the same for every way: as many tasks as files at a time, each taking the next file that is left.
async fn hash_all(way: Way, files: &Arc<[PathBuf]>, lasting: Duration, what: &str) -> Work {
    let queue = Arc::new(Queue {
        files: Arc::clone(files),
        next: AtomicUsize::new(0),
        end: Instant::now() + lasting,
        progress: Progress::new(what, Some(files.len())),
    });
    let tasks: JoinSet<_> = (0..AT_A_TIME)
        .map(|_| hash_some(way, Arc::clone(&queue)))
        .collect();
    tasks
        .join_all()
        .await
        .into_iter()
        .fold(Work::default(), Work::and)
}

async fn hash_some(way: Way, queue: Arc<Queue>) -> Work {
    let mut work = Work::default();
    while let Some((files, first)) = queue.turn(way) {
        let outcomes = way.hash(&queue.files[files.clone()]).await;
        for (file, outcome) in files.zip(outcomes) {
            if let Ok(digest) = &outcome {
                work.files += 1;
                work.bytes += digest.bytes;
            }
            if first {
                work.first.push((file, outcome));
                queue.progress.step();
            }
        }
    }
    work
}

impl Work {
    fn and(mut self, other: Self) -> Self {
        self.first.extend(other.first);
        self.files += other.files;
        self.bytes += other.bytes;
        self
    }
}

/// The files, handed out in order, and again from the start until the time is up.
struct Queue {
    files: Arc<[PathBuf]>,
    next: AtomicUsize,
    end: Instant,
    progress: Progress,
}

impl Queue {
    /// The next files for one of the tasks, and whether they come for the first time.
    fn turn(&self, way: Way) -> Option<(Range<usize>, bool)> {
        let batch = if way == Way::InBatches { BATCH } else { 1 };
        let round = self.files.len().div_ceil(batch);
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let start = turn % round * batch;
        let files = start..(start + batch).min(self.files.len());
        let first = turn < round;
        (first || Instant::now() < self.end).then_some((files, first))
    }
}
