//! Counts the jobs of an executor that has no lane: rayon, or an owner.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{Job, with_runtime::WithRuntime};
use crate::{
    call::{
        block_on::blocked::ThreadHome,
        outcome::Ending,
        queued_in::{LineMark, QueueNumber},
        traits::{Entry, Run},
    },
    error::Error,
    metrics::{
        QueueSlot, QueueView,
        counts::{Counts, Stats},
    },
    scheduler::{
        ends::Dead,
        standstill::Standstill,
        task::{Task, run_once},
    },
};

/// Counts how many jobs are queued, run and have ended.
#[derive(Default)]
pub(crate) struct JobTracker {
    counts: Counts,
    pub(crate) view: QueueView,
    pub(crate) dead: Dead,
    /// Jobs that were put into the queue, including the dead ones.
    entered: AtomicUsize,
    /// The calls whose bodies have begun, and those that left the queue before.
    begun: AtomicUsize,
    passed: AtomicUsize,
    ended: AtomicUsize,
    pub(crate) standstill: Standstill,
}

/// A job in the queue, and its slot in the tracker.
pub(crate) struct TrackedJob {
    job: WithRuntime,
    slot: QueueSlot,
}

impl TrackedJob {
    pub(crate) fn is_dead(&self) -> bool {
        self.job.is_dead()
    }

    pub(crate) fn call(&self) -> Option<&Arc<dyn Run>> {
        self.job.call()
    }
}

impl JobTracker {
    pub(crate) fn named(name: &'static str) -> Self {
        Self {
            counts: Counts::named(name),
            ..Self::default()
        }
    }

    /// Adds a job that is about to be put into the queue with that number. The queue notifies this tracker if the call dies.
    pub(crate) fn enter(&self, job: Job, queue: &QueueNumber) -> TrackedJob {
        self.counts.start();
        let entry = job
            .call()
            .map(|call| call.enter(queue, LineMark::default()));
        if entry == Some(Entry::Dead) {
            self.dead.add();
        }
        let slot = self.view.push(job.call());
        self.entered.fetch_add(1, Ordering::SeqCst);
        TrackedJob {
            job: WithRuntime::new(job),
            slot,
        }
    }

    /// Lets the monitor check whether calls are queued for `home` while no body there ends. Call it after a job was
    /// queued.
    pub(crate) fn watch<H: ThreadHome + 'static>(&self, home: &Arc<H>) {
        if !self.standstill.is_watched() && self.ended_while_calls_wait().is_some() {
            self.standstill.watch(|| Arc::clone(home) as _);
        }
    }

    /// The number of bodies that have ended, if some bodies run and calls are queued.
    pub(crate) fn ended_while_calls_wait(&self) -> Option<usize> {
        let waits = self.queued() > self.dead.count();
        (waits && self.running() > 0).then(|| self.ended.load(Ordering::Relaxed))
    }

    /// Calls have waited for long, and no body has ended in that time.
    pub(crate) fn warn_standstill(&self) {
        let now = Stats {
            queued: self.queued().saturating_sub(self.dead.count()),
            running: self.running(),
            ..Stats::default()
        };
        self.standstill.warn(&self.counts, now);
    }

    /// A difference of monotonic counters, which needs one atomic operation less for each call. The counter that is subtracted is read
    /// first, so that the result is never too small.
    fn queued(&self) -> usize {
        let begun = self.begun.load(Ordering::SeqCst);
        let gone = begun.wrapping_add(self.passed.load(Ordering::SeqCst));
        self.entered.load(Ordering::SeqCst).wrapping_sub(gone)
    }

    /// The number of bodies that run.
    pub(crate) fn running(&self) -> usize {
        let ended = self.ended.load(Ordering::SeqCst);
        self.begun.load(Ordering::SeqCst).wrapping_sub(ended)
    }

    /// Runs a job that was taken out of the queue of `home`.
    pub(crate) fn run<H: ThreadHome + 'static>(
        &self,
        TrackedJob { job, slot }: TrackedJob,
        home: &Arc<H>,
    ) {
        self.view.remove(slot);
        self.begun.fetch_add(1, Ordering::SeqCst);
        self.watch(home);
        let occupant = self.counts.occupy();
        occupant.set(|| job.call().map(|call| call.site()));
        run_once(job, &mut |ending, times| {
            occupant.clear();
            self.counts.end(ending, times);
            if ending == Ending::Cancelled {
                self.dead.remove();
            }
            self.ended.fetch_add(1, Ordering::SeqCst);
        });
    }

    /// Refuses a job that was taken out of the queue.
    pub(crate) fn refuse(&self, TrackedJob { job, slot }: TrackedJob, error: Error) {
        self.leave_queue(slot);
        self.counts.refuse(job.is_dead());
        job.refuse(error);
        // Now the job is dead, and the queue has counted it.
        self.dead.remove();
    }

    /// Drops a job whose call is dead.
    pub(crate) fn discard(&self, TrackedJob { job, slot }: TrackedJob) {
        self.leave_queue(slot);
        self.dead.remove();
        self.counts.leave(Ending::Cancelled);
        drop(job);
    }

    fn leave_queue(&self, slot: QueueSlot) {
        self.view.remove(slot);
        self.passed.fetch_add(1, Ordering::SeqCst);
    }

    /// Refuses a job that was not queued.
    pub(crate) fn refuse_unqueued(&self, job: Job, error: Error) {
        self.counts.start();
        self.counts.leave(Ending::Refused);
        job.refuse(error);
    }
}
