//! rayon's pools as executors.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicBool, Ordering},
};

use ::rayon::{ThreadPool, Yield};

use super::{
    Executor, Job,
    tracker::{JobTracker, TrackedJob},
};
use crate::{
    call::{
        blocked::{Blocked, ThreadHome},
        current,
        signal::Signal,
    },
    metrics,
};

/// rayon's global pool: `#[offload(pool = Rayon)]`.
///
/// Calls start in the order they were submitted; parallel iterators inside a body use the same pool. Best for bodies that
/// compute: a body that waits holds up a thread that rayon counts on. While a body waits in
/// [`block_on`](crate::block_on), its thread first runs what the pool has to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rayon;

impl Executor for Rayon {
    fn submit(&self, job: Job) {
        POOLS.global.store(true, Ordering::Relaxed);
        let job = POOLS.tracker.enter(job);
        ::rayon::spawn_fifo(move || run(job));
    }

    fn share(&'static self) -> Arc<dyn Executor> {
        Arc::clone(&SHARED)
    }
}

static SHARED: LazyLock<Arc<dyn Executor>> = LazyLock::new(|| Arc::new(Rayon));

/// Calls start in the order they were submitted; parallel iterators inside a body use this pool.
impl Executor for ThreadPool {
    fn submit(&self, job: Job) {
        POOLS.others.store(true, Ordering::Relaxed);
        let job = POOLS.tracker.enter(job);
        self.spawn_fifo(move || run(job));
    }
}

static POOLS: LazyLock<Arc<RayonPools>> = LazyLock::new(|| {
    let pools = Arc::new(RayonPools {
        signal: Arc::default(),
        tracker: JobTracker::named("rayon"),
        global: AtomicBool::new(false),
        others: AtomicBool::new(false),
    });
    metrics::register("rayon", &pools);
    pools
});

fn run(job: TrackedJob) {
    let tracker = &POOLS.tracker;
    current::on_thread_of(Arc::clone(&POOLS) as _, || tracker.run(job));
}

/// The threads of all rayon pools. They are never shut down while a job is on them.
pub(crate) struct RayonPools {
    signal: Arc<Signal>,
    pub(crate) tracker: JobTracker,
    /// Whether calls came for the global pool, and for pools of somebody's own.
    pub(crate) global: AtomicBool,
    pub(crate) others: AtomicBool,
}

impl ThreadHome for RayonPools {
    fn name(&self) -> &'static str {
        "rayon"
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn begin_wait(self: Arc<Self>, _: &Arc<Blocked>) {}

    fn end_wait(&self, _: &Arc<Blocked>) {}

    fn help(&self) -> bool {
        ::rayon::yield_now() == Some(Yield::Executed)
    }
}
