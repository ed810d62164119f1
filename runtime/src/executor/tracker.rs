//! The account of an executor whose queue is somebody else's: rayon's, or an owner's channel.

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

/// What waits, runs and has ended there.
#[derive(Default)]
pub(crate) struct JobTracker {
    counts: Counts,
    pub(crate) view: QueueView,
    pub(crate) running: AtomicUsize,
    pub(crate) dead: Dead,
    /// With the dead ones.
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

    /// Enters a job that is about to be queued in the queue of that number, which tells this account when the call dies.
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

    /// Has it seen when calls wait for a thread of `home` and no body there ends. To be asked when a job has been queued.
    pub(crate) fn watch<H: ThreadHome + 'static>(&self, home: &Arc<H>) {
        if self.ended_while_calls_wait().is_some() {
            self.standstill.watch(|| Arc::clone(home) as _);
        }
    }

    /// How many bodies have ended, if some run and calls wait.
    pub(crate) fn ended_while_calls_wait(&self) -> Option<usize> {
        let waits = self.queued.load(Ordering::SeqCst) > self.dead.count();
        let runs = self.running.load(Ordering::SeqCst) > 0;
        (waits && runs).then(|| self.ended.load(Ordering::Relaxed))
    }

    /// Runs a job that has come out of the queue of `home`.
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

    /// Refuses a job that has come out of the queue.
    pub(crate) fn refuse(&self, TrackedJob { job, slot }: TrackedJob, error: Error) {
        self.leave_queue(slot);
        if job.is_dead() {
            self.counts.leave(Ending::Cancelled);
        } else {
            self.counts.leave(Ending::Refused);
        }
        job.refuse(error);
        // By then it is dead, and the queue has heard of it.
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
