//! rayon's pools as executors.

use std::{
    collections::BTreeMap,
    ptr,
    sync::{
        Arc, LazyLock, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use ::rayon::ThreadPool;

use super::{
    Executor, Job, budget, inline_mark,
    tracker::{JobTracker, TrackedJob},
};
use crate::{
    call::{
        block_on::{
            blocked::{ThreadHome, WaitCounts},
            endless_wait::EndlessWait,
            outside_body::{OutsideBody, OutsideWaits},
        },
        current, depth,
        queued_in::{CallQueue, QueueNumber},
        signal::Signal,
        traits::{Run, RunQueued, Submitted},
    },
    error::Error,
    metrics,
    scheduler::{monitor, outside::OutsideBodies},
    sync::Mutex,
    warning,
};

/// rayon's global pool: `#[offload(pool = Rayon)]`.
///
/// Calls start in the order they were submitted; parallel iterators inside a body use the same pool. Best for bodies that
/// compute: a body that waits holds up a thread that rayon counts on. While a body waits in
/// [`block_on`](crate::block_on), its thread runs the calls that it waits for and no others.
///
/// The parts of a parallel iterator may run on threads that are not in this body, or in the body of another call. What is asked of
/// the body, such as [`block_on`](crate::block_on) and [`is_cancelled`](crate::is_cancelled), is asked outside of the iterator; the
/// guide's page on [cancelling](crate::guide::cancelling) shows how the parts are stopped.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use tokio_offload::{Rayon, offload};
///
/// #[offload(pool = Rayon)]
/// fn sorted(mut numbers: Vec<u32>) -> Vec<u32> {
///     numbers.sort_unstable(); // or `par_sort_unstable`
///     numbers
/// }
///
/// assert_eq!(sorted(vec![3, 1, 2]).await, [1, 2, 3]);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Rayon;

impl Executor for Rayon {
    fn submit(&self, job: Job) {
        POOLS.global.store(true, Ordering::Relaxed);
        let slot = QueuedJob::new(job);
        let queued = Arc::clone(&slot);
        ::rayon::spawn_fifo(move || queued.run());
        slot.offer();
        POOLS.tracker.watch(&POOLS);
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
        let slot = QueuedJob::new(job);
        let queued = Arc::clone(&slot);
        self.spawn_fifo(move || queued.run());
        slot.offer();
        POOLS.tracker.watch(&POOLS);
    }
}

static POOLS: LazyLock<Arc<RayonPools>> = LazyLock::new(|| {
    let pools = Arc::new_cyclic(|this: &Weak<RayonPools>| RayonPools {
        signal: Arc::default(),
        tracker: JobTracker::named("rayon"),
        number: QueueNumber::of(Weak::clone(this) as _),
        foreign: Mutex::default(),
        global: AtomicBool::new(false),
        others: AtomicBool::new(false),
        outside: OutsideBodies::default(),
        warned: AtomicBool::new(false),
    });
    metrics::register("rayon", &pools);
    pools
});

/// A job in the queue of a pool. A thread that waits for it may run it first.
struct QueuedJob {
    job: Mutex<Option<TrackedJob>>,
    /// The call, if a body made it.
    call: Option<Arc<dyn Run>>,
    /// Whether that body runs on a thread that is not rayon's.
    is_foreign: bool,
}

impl QueuedJob {
    fn new(job: Job) -> Arc<Self> {
        let call = job.call().filter(|_| current::is_body()).cloned();
        let is_foreign = call.is_some() && !current::is_thread_of(&POOLS.signal);
        let new = Arc::new(Self {
            job: Mutex::new(Some(POOLS.tracker.enter(job, &POOLS.number))),
            call,
            is_foreign,
        });
        if is_foreign {
            let mut jobs = POOLS.foreign.lock();
            jobs.insert(new.address(), Arc::downgrade(&new));
        }
        new
    }

    /// Runs the job, unless it has been run.
    fn run(&self) {
        let job = self.job.lock().take();
        if let Some(job) = job {
            run_here(job);
        }
    }

    /// Runs the job on a thread whose body waits for it. Returns false if it has been run.
    fn run_in_place(&self) -> bool {
        let job = self.job.lock().take();
        let Some(job) = job else { return false };
        match depth::without_room() {
            None => depth::deeper(|| run_here(job)),
            Some(limit) => POOLS.tracker.refuse(job, Error::TooDeep { limit }),
        }
        true
    }

    /// Lets a rayon thread that waits for this call run it, if no other thread takes it: all of them may be waiting.
    fn offer(self: Arc<Self>) {
        if self.is_foreign {
            self.offer_to_waiter();
        } else if let Some(call) = self.call.clone() {
            current::remember_call(Submitted { call, to: self }, &POOLS.signal);
        }
    }

    /// Offers the job to the body of a rayon thread that waits for it through others, if there is one.
    fn offer_to_waiter(self: &Arc<Self>) -> Option<()> {
        let call = Arc::clone(self.call.as_ref()?);
        let caller = call.awaited_by()?;
        let blocked = caller.find(&POOLS.signal)?;
        if !blocked.was_offered(call.cell()) {
            let to = Arc::clone(self) as _;
            blocked.offer(&caller, Arc::new(Submitted { call, to }));
        }
        Some(())
    }

    fn address(&self) -> usize {
        ptr::from_ref(self).addr()
    }
}

impl Drop for QueuedJob {
    fn drop(&mut self) {
        if self.is_foreign {
            POOLS.foreign.lock().remove(&self.address());
        }
    }
}

fn run_here(job: TrackedJob) {
    let tracker = &POOLS.tracker;
    inline_mark::with(false, || {
        budget::without(|| {
            current::on_thread_of(Arc::clone(&POOLS) as _, || tracker.run(job, &POOLS));
        });
    });
}

impl RunQueued for QueuedJob {
    fn run_queued(self: Arc<Self>, _: &Arc<dyn Run>, _: bool) -> bool {
        self.run_in_place()
    }
}

/// The threads of all rayon pools. rayon never shuts down a thread while it runs a job.
pub(crate) struct RayonPools {
    signal: Arc<Signal>,
    pub(crate) tracker: JobTracker,
    /// The number of the queue, which its calls store.
    number: QueueNumber,
    /// Jobs of bodies that are not on rayon's threads: a rayon thread may begin to wait for such a body later.
    foreign: Mutex<BTreeMap<usize, Weak<QueuedJob>>>,
    /// Whether the global pool has got calls, and whether a pool of the user has.
    pub(crate) global: AtomicBool,
    pub(crate) others: AtomicBool,
    /// Bodies that may be waiting outside of `block_on`.
    outside: OutsideBodies,
    /// Whether the warning was given.
    warned: AtomicBool,
}

impl CallQueue for RayonPools {
    /// The empty job of a dead call stays in rayon's queue: rayon has no way to remove it.
    fn call_died(&self) {
        self.tracker.dead.add();
    }
}

impl ThreadHome for RayonPools {
    fn name(&self) -> &'static str {
        "rayon"
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn awaits_more(self: Arc<Self>) {
        let jobs = self.foreign.lock();
        let all: Vec<_> = jobs.values().filter_map(Weak::upgrade).collect();
        drop(jobs);
        for job in all {
            job.offer_to_waiter();
        }
    }

    fn ended_while_calls_wait(&self) -> Option<usize> {
        self.tracker.ended_while_calls_wait()
    }

    fn warn_standstill(&self) {
        self.tracker.warn_standstill();
    }

    fn warn_endless(&self, wait: EndlessWait) {
        self.tracker.standstill.warn_endless(self.name(), wait);
    }

    fn unwatch_progress(&self) -> bool {
        let waits = || self.tracker.ended_while_calls_wait().is_some();
        self.tracker.standstill.unwatch(waits)
    }

    fn polls_outside(self: Arc<Self>, body: &Arc<dyn OutsideBody>) {
        self.outside.add(body);
        monitor::watch(&(self as _));
    }

    fn outside_waits(&self, now: Instant) -> OutsideWaits {
        self.outside.look(now)
    }

    fn stuck_at(&self, outside: bool) -> Option<WaitCounts> {
        let waits_here = |body: &dyn OutsideBody| body.waits_in(&self.number);
        (outside && self.outside.count(waits_here) > 0).then(WaitCounts::default)
    }

    /// A pool of rayon's cannot get a spare thread, so this only warns.
    fn add_spare_thread(self: Arc<Self>) {
        if !self.warned.swap(true, Ordering::Relaxed) {
            warning::say(
                self.name(),
                &"a body has waited for a second for a call that no thread of its pool takes, and not in `tokio_offload::block_on`, which \
                  would run it in place. If all threads wait like this one they do so for ever: use that `block_on`",
            );
        }
    }
}
