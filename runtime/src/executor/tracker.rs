//! Counts the jobs of an executor whose queue is not ours: rayon's queue, or the channel of an owner.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{Job, with_runtime::WithRuntime};
use crate::{
    call::{blocked::ThreadHome, outcome::Ending, queued_in::QueueNumber},
    error::Error,
    metrics::{QueueSlot, QueueView, counts::Counts},
    scheduler::{
        account::Dead,
        standstill::Standstill,
        task::{Task, run_once},
    },
};

/// How many jobs wait, run and have ended there.
#[derive(Default)]
pub(crate) struct JobTracker {
    counts: Counts,
    pub(crate) view: QueueView,
    pub(crate) running: AtomicUsize,
    pub(crate) dead: Dead,
    /// Including the dead ones.
    queued: AtomicUsize,
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
}

impl JobTracker {
    pub(crate) fn named(name: &'static str) -> Self {
        Self {
            counts: Counts::named(name),
            ..Self::default()
        }
    }

    /// Adds a job that is about to be put into the queue with that number. The queue tells this tracker if the call dies.
    pub(crate) fn enter(&self, job: Job, queue: &QueueNumber) -> TrackedJob {
        self.counts.start();
        if job.call().is_some_and(|call| !call.enter(queue)) {
            self.dead.add();
        }
        let slot = self.view.push(job.call());
        self.queued.fetch_add(1, Ordering::SeqCst);
        TrackedJob {
            job: WithRuntime::new(job),
            slot,
        }
    }

    /// Asks for a check whether calls wait for a thread of `home` and no body there ends. Call it when a job has been
    /// queued.
    pub(crate) fn watch<H: ThreadHome + 'static>(&self, home: &Arc<H>) {
        if self.ended_while_calls_wait().is_some() {
            self.standstill.watch(|| Arc::clone(home) as _);
        }
    }

    /// How many bodies have ended, if some bodies run and calls wait.
    pub(crate) fn ended_while_calls_wait(&self) -> Option<usize> {
        let waits = self.queued.load(Ordering::SeqCst) > self.dead.count();
        let runs = self.running.load(Ordering::SeqCst) > 0;
        (waits && runs).then(|| self.ended.load(Ordering::Relaxed))
    }

    /// Runs a job that was taken out of the queue of `home`.
    pub(crate) fn run<H: ThreadHome + 'static>(
        &self,
        TrackedJob { job, slot }: TrackedJob,
        home: &Arc<H>,
    ) {
        self.leave_queue(slot);
        self.running.fetch_add(1, Ordering::SeqCst);
        self.watch(home);
        let occupant = self.counts.occupy();
        occupant.set(|| job.call().map(|call| call.site()));
        run_once(job, &mut |ending, times| {
            occupant.clear();
            self.counts.end(ending, times);
            if ending == Ending::Cancelled {
                self.dead.bury();
            }
            self.ended.fetch_add(1, Ordering::Relaxed);
            self.running.fetch_sub(1, Ordering::Relaxed);
        });
    }

    /// Refuses a job that was taken out of the queue.
    pub(crate) fn refuse(&self, TrackedJob { job, slot }: TrackedJob, error: Error) {
        self.leave_queue(slot);
        if job.is_dead() {
            self.counts.leave(Ending::Cancelled);
        } else {
            self.counts.leave(Ending::Refused);
        }
        job.refuse(error);
        // The job is dead by then, and the queue has been told.
        self.dead.bury();
    }

    /// Throws away a job whose call is dead.
    pub(crate) fn bury(&self, TrackedJob { job, slot }: TrackedJob) {
        self.leave_queue(slot);
        self.dead.bury();
        self.counts.leave(Ending::Cancelled);
        drop(job);
    }

    fn leave_queue(&self, slot: QueueSlot) {
        self.view.remove(slot);
        self.queued.fetch_sub(1, Ordering::SeqCst);
    }

    /// Refuses a job that is not to be queued.
    pub(crate) fn turn_away(&self, job: Job, error: Error) {
        self.counts.start();
        self.counts.leave(Ending::Refused);
        job.refuse(error);
    }
}
