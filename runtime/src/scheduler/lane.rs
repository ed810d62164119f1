//! The lane: a queue of jobs, and the runners that take them, on threads that its spawner provides.
//!
//! Waking a thread is expensive, queueing is not. So a lane requests a runner only if more jobs are queued than runners are
//! pending, and never more than two at once. A runner that arrives requests the next one before it runs a body. Short
//! bodies need one or two runners; with blocking bodies the number of runners grows up to the cap.
//!
//! Invariant: while jobs are queued, a runner is pending or searches for a job, or the cap is reached and its runners will check the
//! queue again. While the lock is held, no thread is requested or woken, and no job is run or dropped.

use std::{
    any::Any,
    collections::VecDeque,
    sync::{Arc, Weak, atomic::AtomicBool},
    task::Waker,
};

use super::{
    close::CloseReason,
    ends::{Dead, Ended},
    order::JobOrder,
    outside::OutsideBodies,
    queue::{FIRST_OUT, Queue},
    spare_count::Spares,
    spawner::Spawner,
    standby::Standby,
    standstill::Standstill,
    task::Task,
};
use crate::{
    call::{
        cache_padded::CachePadded,
        current,
        outcome::Ending,
        queued_in::{CallQueue, QueueNumber},
        signal::Signal,
        traits::{Entry, Run},
    },
    error::Error,
    metrics::counts::{Counts, Stats},
    sync::{Mutex, MutexGuard},
    unwind::wake_all,
};

/// A queue, the spawner of its runners, and counters. This file has the operations of submitters and of the pool; `runner.rs`
/// has those of the runners.
pub(crate) struct Lane<T> {
    pub(crate) queue: CachePadded<Mutex<Queue<T>>>,
    pub(crate) ended: Arc<Ended>,
    pub(super) dead: Dead,
    /// The number of the queue, which its calls store.
    pub(super) number: QueueNumber,
    pub(crate) spawner: Spawner,
    pub(super) standby: Standby,
    /// Raised when the lane is shut down.
    pub(crate) signal: Arc<Signal>,
    pub(crate) counts: Arc<Counts>,
    /// Threads beyond the limit.
    pub(crate) spares: Spares,
    /// Bodies that may be waiting outside of `block_on`.
    pub(super) outside: OutsideBodies,
    /// Which warnings were given, indexed by `Warned`.
    pub(super) warned: [AtomicBool; 4],
    pub(super) standstill: Standstill,
}

impl<T: Task> Lane<T> {
    pub(crate) fn new(spawner: Spawner, cap: usize, counts: Arc<Counts>) -> Arc<Self> {
        let ended = Arc::<Ended>::default();
        Arc::new_cyclic(|this: &Weak<Self>| Self {
            queue: CachePadded(Mutex::new(Queue::new(cap, Arc::clone(&ended)))),
            ended,
            dead: Dead::default(),
            number: QueueNumber::of(Weak::clone(this) as _),
            spawner,
            standby: Standby::default(),
            signal: Arc::default(),
            counts,
            spares: Spares::default(),
            outside: OutsideBodies::default(),
            warned: Default::default(),
            standstill: Standstill::default(),
        })
    }

    pub(crate) fn submit(self: &Arc<Self>, job: T) {
        self.submit_as(job, JobOrder::default());
    }

    pub(crate) fn submit_as(self: &Arc<Self>, job: T, order: JobOrder) {
        self.counts.start();
        self.admit(self.queue.lock(), job, order);
    }

    /// Submits the job, unless `capacity` jobs already wait beside those that can run at once.
    pub(crate) fn try_submit(
        self: &Arc<Self>,
        job: T,
        order: JobOrder,
        capacity: usize,
    ) -> Result<(), T> {
        self.counts.start();
        let queue = self.queue.lock();
        if queue.is_full(capacity, self.dead.count()) && queue.close_reason().is_none() {
            drop(queue);
            self.counts.leave(Ending::Refused);
            return Err(job);
        }
        self.admit(queue, job, order);
        Ok(())
    }

    fn admit(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<T>>, job: T, order: JobOrder) {
        let gone = self.enter(&mut queue, &job, order);
        // Nearly all calls are made by tasks: for these a single check is enough.
        if !current::is_body() {
            self.enqueue(queue, job, order);
            return drop(gone);
        }
        let full = queue.is_saturated() && queue.close_reason().is_none();
        let call = job.call().cloned();
        self.enqueue(queue, job, order);
        drop(gone);
        let Some(call) = call else { return };
        self.remember_call(&call);
        if let Some(caller) = current::blocked().filter(|_| full) {
            self.offer_submitted(&call, &caller);
        }
    }

    /// Records the state of a call that enters the queue. The result must be dropped without holding a lock.
    fn enter(&self, queue: &mut Queue<T>, job: &T, order: JobOrder) -> Option<Vec<Arc<dyn Run>>> {
        let call = job.call()?;
        let entry = call.enter(&self.number, order.mark());
        queue.search.note(entry);
        if entry == Entry::Dead {
            self.dead.add();
        }
        let Entry::AwaitedIn(block_on) = entry else {
            return None;
        };
        let open = queue.close_reason().is_none();
        open.then(|| queue.awaited.add(block_on, Arc::clone(call)))
    }

    pub(super) fn enqueue(
        self: &Arc<Self>,
        mut queue: MutexGuard<'_, Queue<T>>,
        job: T,
        order: JobOrder,
    ) {
        if let Some(close_reason) = queue.close_reason() {
            let error = close_reason.error();
            drop(queue);
            return self.refuse(job, error);
        }
        queue.push(job, order);
        // A body that waits here must start to measure how long this job waits.
        let waits = queue.innermost_if_stuck().cloned();
        self.unlock_and_expect(queue, FIRST_OUT);
        if let Some(waits) = waits {
            waits.recheck();
        }
    }

    /// Accepts no more jobs. Queued jobs still run.
    pub(crate) fn close(&self, close_reason: CloseReason) {
        self.queue.lock().close(close_reason);
    }

    /// Asks running bodies to stop, and refuses the queued jobs and those submitted later.
    pub(crate) fn shut_down(&self, close_reason: &CloseReason) {
        let mut queue = self.queue.lock();
        // The signal becomes visible and the queue is closed in one step: nobody who sees the signal can submit any more, and a
        // body whose call is refused can see why.
        self.signal.show();
        queue.close(close_reason.clone());
        let jobs = queue.take_all();
        let left = queue.job_left();
        drop(queue);
        drop(left);
        self.standby.close();
        // Bodies are asked to stop before the calls end: a body that awaits one of the calls must know that it is asked to stop too.
        self.signal.raise();
        self.refuse_all(jobs, || close_reason.error());
    }

    /// Refuses jobs that were taken out of the queue. The queue is not idle before that is done.
    pub(super) fn refuse_all(&self, jobs: VecDeque<T>, error: impl Fn() -> Error) {
        let count = jobs.len();
        for job in jobs {
            self.refuse(job, error());
        }
        let mut queue = self.queue.lock();
        queue.refused(count);
        let idle = queue.take_idle_wakers();
        drop(queue);
        wake_all(idle);
    }

    /// Only stores it: [`use_cap`](Self::use_cap) must follow, without holding a lock.
    pub(crate) fn set_cap(&self, cap: usize) {
        self.queue.lock().set_cap(cap);
    }

    /// Requests runners, since the limit may have become greater.
    pub(crate) fn use_cap(self: &Arc<Self>) {
        self.unlock_and_request(self.queue.lock());
        self.offer_awaited();
    }

    /// Whether nothing is queued or runs. If something does, `waker` is stored and woken when the queue is idle. `number` identifies it
    /// for [`forget_idle`](Self::forget_idle).
    pub(crate) fn poll_idle(&self, number: &mut Option<u64>, waker: &Waker) -> bool {
        let waker = waker.clone();
        let mut queue = self.queue.lock();
        if queue.is_idle() {
            return true;
        }
        let before = queue.wake_when_idle(number, waker);
        drop(queue);
        drop(before);
        false
    }

    pub(crate) fn forget_idle(&self, number: u64) {
        let waker = self.queue.lock().forget_idle(number);
        drop(waker);
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.queue.lock().is_idle()
    }

    /// How many jobs are queued and run, and how many runners have a thread.
    pub(crate) fn stats(&self) -> Stats {
        let queue = self.queue.lock();
        Stats {
            queued: queue.jobs.len().saturating_sub(self.dead.count()),
            running: queue.running(),
            threads: queue.runners_here(),
            ..Stats::default()
        }
    }

    /// Unlocks the queue, and drops the jobs that died in it.
    pub(crate) fn unlock_and_discard(&self, mut queue: MutexGuard<'_, Queue<T>>, dead: Vec<T>) {
        let idle = queue.take_idle_wakers();
        let left = queue.job_left();
        drop(queue);
        drop(left);
        for job in dead {
            self.dead.remove();
            self.counts.leave(Ending::Cancelled);
            drop(job);
        }
        wake_all(idle);
    }

    pub(crate) fn refuse(&self, job: T, error: Error) {
        self.counts.refuse(job.is_dead());
        job.refuse(error);
        // The job is dead now, and was counted as such.
        self.dead.remove();
    }
}

impl<T: Task> CallQueue for Lane<T> {
    fn call_leaves(&self) {
        self.ended.call_leaves();
    }

    fn call_died(&self) {
        self.dead.add();
        let mut queue = self.queue.lock();
        let dead = queue.jobs.note_death(T::is_dead);
        self.unlock_and_discard(queue, dead);
    }

    fn note_awaited(&self, block_on: usize, call: &dyn Any) {
        let Some(call) = call.downcast_ref::<Arc<dyn Run>>() else {
            return;
        };
        let mut queue = self.queue.lock();
        if queue.jobs.is_empty() {
            return;
        }
        let gone = queue.awaited.add(block_on, Arc::clone(call));
        drop(queue);
        drop(gone);
    }

    fn call_left(&self) {
        self.ended.call_left();
        self.unlock_and_discard(self.queue.lock(), Vec::new());
    }
}
