//! The lane: a queue of jobs, drained by runners on blocking threads that belong to somebody else.
//!
//! Waking a thread is what costs, not queueing. So a lane sends for a runner only while jobs wait that nobody is on the way
//! for, and never for more than two at once; a runner that arrives sends for the next before it runs a body. Short bodies
//! are drained by a runner or two, blocking ones bring the runners up to the cap.
//!
//! Invariant: jobs waiting means runners on their way or looking for jobs, or the cap reached by runners that will look again.
//! Nothing is sent for, woken, run or dropped while the lock is held.

use std::{collections::VecDeque, sync::Arc, task::Waker};

use super::{
    queue::{CloseReason, Queue, Running},
    spawner::Spawner,
    task::Task,
};
use crate::{
    call::{
        blocked::{Blocked, Handoff, RunQueued, Submitted, ThreadHome},
        current,
        outcome::Ending,
        signal::Signal,
        traits::Run,
    },
    error::Error,
    metrics::counts::{Counts, Stats},
    sync::{Mutex, MutexGuard},
    unwind::wake_all,
};

/// A queue, the spawner its runners come from, and what they have done. This file is the side of those who submit and steer,
/// `runner.rs` that of the runners.
pub(crate) struct Lane<T> {
    pub(crate) queue: Mutex<Queue<T>>,
    pub(crate) running: Arc<Running>,
    pub(crate) spawner: Spawner,
    pub(crate) signal: Arc<Signal>,
    pub(crate) counts: Arc<Counts>,
}

impl<T: Task> Lane<T> {
    pub(crate) fn new(spawner: Spawner, cap: usize, counts: Arc<Counts>) -> Arc<Self> {
        let running = Arc::<Running>::default();
        Arc::new(Self {
            queue: Mutex::new(Queue::new(cap, Arc::clone(&running))),
            running,
            spawner,
            signal: Arc::default(),
            counts,
        })
    }

    /// Raised when the lane is shut down.
    pub(crate) const fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    pub(crate) const fn spawner(&self) -> &Spawner {
        &self.spawner
    }

    pub(crate) fn submit(self: &Arc<Self>, job: T) {
        self.counts.start();
        self.admit(self.queue.lock(), job);
    }

    /// Submits, unless `waiting` jobs wait already beside those that can run.
    pub(crate) fn try_submit(self: &Arc<Self>, job: T, capacity: usize) -> Result<(), T> {
        self.counts.start();
        let mut queue = self.queue.lock();
        let mut dead = VecDeque::new();
        if queue.is_full(capacity) {
            dead = queue.take_dead(T::is_dead);
        }
        let sent = if queue.is_full(capacity) && queue.close_reason().is_none() {
            let idle = queue.take_idle_wakers();
            drop(queue);
            wake_all(idle);
            self.counts.leave(Ending::Refused);
            Err(job)
        } else {
            self.admit(queue, job);
            Ok(())
        };
        for job in dead {
            self.counts.leave(Ending::Cancelled);
            drop(job);
        }
        sent
    }

    fn admit(self: &Arc<Self>, queue: MutexGuard<'_, Queue<T>>, job: T) {
        if queue.is_saturated() && queue.close_reason().is_none() {
            if let Some(blocked) = self.way_out(&queue) {
                queue.begin();
                drop(queue);
                return self.hand_over(job, &blocked);
            }
        }
        let call = job.call().filter(|_| current::is_body()).cloned();
        self.enqueue(queue, job);
        self.remember_call(call);
    }

    fn enqueue(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<T>>, job: T) {
        if let Some(close_reason) = queue.close_reason() {
            let error = close_reason.error();
            drop(queue);
            return self.refuse(job, error);
        }
        queue.push(job);
        self.unlock_and_send(queue);
    }

    /// Takes no more jobs; those that wait still run.
    pub(crate) fn close(&self, close_reason: CloseReason) {
        self.queue.lock().close(close_reason);
    }

    /// Asks running bodies to stop, ends what waits, refuses what comes.
    pub(crate) fn shut_down(&self, close_reason: &CloseReason) {
        // Taken first: a body that stops makes room, but not for these.
        let mut jobs = self.queue.lock().take_all();
        // Told before the calls end: a body that waits for one of them must know that it is asked to stop itself.
        self.signal.raise();
        let mut queue = self.queue.lock();
        queue.close(close_reason.clone());
        jobs.append(&mut queue.take_all());
        let idle = queue.take_idle_wakers();
        drop(queue);
        for job in jobs {
            self.refuse(job, close_reason.error());
        }
        wake_all(idle);
    }

    pub(crate) fn set_cap(self: &Arc<Self>, cap: usize) {
        let mut queue = self.queue.lock();
        queue.set_cap(cap);
        self.unlock_and_send(queue);
        self.ease();
    }

    /// Whether nothing runs and nothing waits; if not, `waker` is woken when that is so.
    pub(crate) fn poll_idle(&self, waker: &Waker) -> bool {
        let waker = waker.clone();
        let mut queue = self.queue.lock();
        let idle = queue.is_idle();
        if !idle {
            queue.wake_when_idle(waker);
        }
        idle
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.queue.lock().is_idle()
    }

    /// What waits, what runs, and the runners at work.
    pub(crate) fn stats(&self) -> Stats {
        let queue = self.queue.lock();
        Stats {
            queued: queue.queued(),
            running: queue.running(),
            threads: queue.runners_here(),
            ..Stats::default()
        }
    }

    pub(crate) fn refuse(&self, job: T, error: Error) {
        if job.is_dead() {
            self.counts.leave(Ending::Cancelled);
        } else {
            self.counts.leave(Ending::Refused);
        }
        job.refuse(error);
    }

    /// Has a body remember the call it made, if it may have to run it itself: the threads can be taken by others, or by
    /// bodies like this one.
    fn remember_call(self: &Arc<Self>, call: Option<Arc<dyn Run>>) {
        if let Some(call) = call {
            if self.spawner.is_here() || current::is_thread_of(&self.signal) {
                let to: Arc<dyn RunQueued> = Arc::clone(self) as _;
                current::remember_call(Submitted { call, to });
            }
        }
    }

    /// The thread of this lane that is to run a call made by the blocked body on the current thread, for want of another:
    /// one whose body waits for this very call, directly or through others, or any if all bodies wait.
    fn way_out(&self, queue: &Queue<T>) -> Option<Arc<Blocked>> {
        let caller = current::blocked()?;
        let blocked = caller.find(&self.signal);
        blocked.or_else(|| queue.way_out().cloned())
    }

    /// Has a blocked thread run a call that blocked bodies made earlier, if they could wait for ever otherwise.
    fn ease(self: &Arc<Self>) {
        let mut queue = self.queue.lock();
        let Some(blocked) = queue.way_out().cloned() else {
            return;
        };
        let nested = |job: &T| job.call().is_some_and(|call| call.is_nested());
        let Some(job) = queue.take_out(nested) else {
            return;
        };
        queue.begin();
        drop(queue);
        self.hand_over(job, &blocked);
    }

    /// Gives a job, counted as begun, to a thread of this lane whose body waits.
    fn hand_over(self: &Arc<Self>, job: T, blocked: &Arc<Blocked>) {
        let lane = Arc::clone(self);
        let handoff: Handoff = Box::new(move |here| {
            if here {
                lane.run_in_place(job);
            } else {
                // The thread waits no more: the job has not begun after all.
                lane.running.end();
                lane.enqueue(lane.queue.lock(), job);
                let idle = lane.queue.lock().take_idle_wakers();
                wake_all(idle);
            }
        });
        if let Err(handoff) = blocked.hand_off(handoff) {
            handoff(false);
        }
    }

    /// Runs a job, counted as begun, on the thread of a body that waits.
    fn run_in_place(self: &Arc<Self>, job: T) {
        let occupant = self.counts.occupy();
        occupant.set(|| job.call().map(|call| call.site()));
        current::on_thread_of(Arc::clone(self) as _, || {
            job.run(&mut |ending, times| {
                occupant.clear();
                self.settle(ending, times);
            });
        });
        let idle = self.queue.lock().take_idle_wakers();
        wake_all(idle);
        self.ease();
    }
}

impl<T: Task> ThreadHome for Lane<T> {
    fn name(&self) -> &'static str {
        self.counts.name()
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn begin_wait(self: Arc<Self>, blocked: &Arc<Blocked>) {
        self.queue.lock().begin_wait(Arc::clone(blocked));
        self.ease();
    }

    fn end_wait(&self, blocked: &Arc<Blocked>) {
        self.queue.lock().end_wait(blocked);
    }
}

impl<T: Task> RunQueued for Lane<T> {
    fn run_queued(self: Arc<Self>, call: &Arc<dyn Run>) {
        let is_it = |job: &T| job.call().is_some_and(|known| Arc::ptr_eq(known, call));
        let at_home = current::is_thread_of(&self.signal);
        let mut queue = self.queue.lock();
        // A body of this lane gives its own place to the call. Any other thread needs one, like a runner.
        if !at_home && !queue.try_join() {
            return;
        }
        let job = queue.take_out(is_it);
        if job.is_some() {
            queue.begin();
        }
        drop(queue);
        if let Some(job) = job {
            self.run_in_place(job);
        }
        if !at_home {
            self.leave(self.queue.lock());
        }
    }
}
