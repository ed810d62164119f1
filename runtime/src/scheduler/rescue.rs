//! How a lane runs calls that its own bodies wait for: on the waiting thread, or on a spare thread.
//!
//! A body that waits inside `block_on` occupies a thread, and the call that it waits for may need one. If it is known which call
//! that is, the waiting thread runs this call and no other: another call may need a lock that the waiting body holds. If it is
//! unknown, because the body waits for a task that awaits the call, the lane starts a spare thread once all of its bodies have
//! waited for a while.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use super::{
    ends::BodySlot,
    lane::Lane,
    monitor,
    spare::{MOST_SPARES, SpareSlot, Warned, is_job_at},
    task::{Task, run_once},
};
use crate::{
    call::{
        block_on::{
            blocked::{Blocked, ThreadHome, WaitCounts, Waiters},
            endless_wait::EndlessWait,
            lent_slot::{LentSlot, is_lent_here},
            outside_body::{OutsideBody, OutsideWaits},
        },
        current, depth,
        signal::Signal,
        traits::{Run, RunQueued, Submitted},
    },
    error::Error,
    unwind::wake_all,
};

/// How many queued calls are searched for an awaited one. Not measured: it bounds the time under the lock. If so many calls were started
/// and never polled, a body that is woken again and again counts as busy.
const MOST_SEARCHED: usize = 1000;

impl<T: Task> Lane<T> {
    /// Lets a body remember the call that it made, if it may have to run the call itself: all threads may be occupied by
    /// waiting bodies.
    pub(super) fn remember_call(self: &Arc<Self>, call: &Arc<dyn Run>) {
        if self.spawner.is_here() || current::is_thread_of(&self.signal) {
            current::remember_call(self.submitted(call), &self.signal);
        }
    }

    fn submitted(self: &Arc<Self>, call: &Arc<dyn Run>) -> Submitted {
        Submitted {
            call: Arc::clone(call),
            to: Arc::clone(self) as _,
        }
    }

    /// Offers a call of `caller`, which is queued in this full lane, to the body here that waits for `caller`.
    pub(super) fn offer_submitted(self: &Arc<Self>, call: &Arc<dyn Run>, caller: &Arc<Blocked>) {
        match caller.find(&self.signal) {
            Some(blocked) if self.offer(call, caller, &blocked) && blocked.may_take_for(caller) => {
            }
            _ => self.offer_awaited(),
        }
    }

    /// Offers a queued call to a body of this lane, to run as soon as `caller` awaits it. Returns false if the wait of that body has ended.
    pub(super) fn offer(
        self: &Arc<Self>,
        call: &Arc<dyn Run>,
        caller: &Arc<Blocked>,
        blocked: &Blocked,
    ) -> bool {
        let waits = blocked.offer(caller, Arc::new(self.submitted(call)));
        if waits {
            // The thread may be inside a long poll, and takes the offer only after that.
            monitor::watch(&(Arc::clone(self) as _));
        }
        waits
    }

    /// Runs that call on the thread of a waiting body, unless it has been taken. If the stack of that thread is deep, the call runs on
    /// another thread. `joined` is a slot for the call, released when it ends; without one the call uses the slot of the body, unless that
    /// is lent to another call.
    fn run_if_queued(self: &Arc<Self>, call: &Arc<dyn Run>, joined: Option<JoinedSlot<T>>) -> bool {
        if depth::is_deep() {
            return self.run_queued_on_spare(call, joined);
        }
        if joined.is_none() && is_lent_here(&self.signal) {
            return false;
        }
        let slot = slot_of(joined.as_ref());
        let job = self.take_queued(call, slot);
        let was_queued = job.map(|job| self.run_here(job, slot)).is_some();
        drop(joined);
        was_queued
    }

    /// Runs that call on a spare thread. If there can be none now, the call stays in its queue, unless it would stay there for ever.
    fn run_queued_on_spare(
        self: &Arc<Self>,
        call: &Arc<dyn Run>,
        joined: Option<JoinedSlot<T>>,
    ) -> bool {
        let slot = slot_of(joined.as_ref());
        let given = match joined {
            Some(_) => Some(LentSlot::none()),
            None => LentSlot::take(&self.signal),
        };
        let Some(given) = given else { return false };
        match SpareSlot::take(self) {
            Some(spare) => {
                let run = |job| self.run_on_spare(spare, (job, slot), (joined, given));
                self.take_queued(call, slot).map(run).is_some()
            }
            None if self.is_too_deep() => {
                let error = Error::TooDeep { limit: MOST_SPARES };
                let refuse = |job| self.refuse_begun(job, slot, error);
                self.take_queued(call, slot).map(refuse).is_some()
            }
            None => false,
        }
    }

    /// Takes that call out of the queue and counts it as begun, unless it has been taken.
    fn take_queued(&self, call: &Arc<dyn Run>, slot: BodySlot) -> Option<T> {
        let mut queue = self.queue.lock();
        // Read under the lock: a call that is about to enter does not know its line yet.
        let job = queue.jobs.take_out(call.line()?, is_job_at(call.cell()))?;
        queue.begin(slot);
        let left = queue.job_left();
        drop(queue);
        drop(left);
        Some(job)
    }

    /// Runs a job, which counts as begun, on this thread.
    pub(super) fn run_here(self: &Arc<Self>, job: T, slot: BodySlot) {
        let occupant = self.counts.occupy();
        occupant.set(|| job.call().map(|call| call.site()));
        depth::deeper(|| {
            current::on_thread_of(Arc::clone(self) as _, || {
                run_once(job, &mut |ending, times| {
                    occupant.clear();
                    self.settle(slot, ending, times);
                });
            });
        });
        let idle = self.queue.lock().take_idle_wakers();
        wake_all(idle);
        self.offer_awaited();
    }
}

/// Why no thread takes a call, though none runs a body.
const CLOSURES: &str = "if closures in `spawn_blocking` hold all blocking threads of the runtime and wait for these calls, this does not \
                        end: await in async code what a closure waits for, or raise `max_blocking_threads`";
const HOOKS: &str = "if `init` or `on_start` waits for one of these calls, directly or through others, this does not end: let neither \
                     of them wait for a call of its own pool. If it just takes that long, nothing is wrong";

impl<T: Task> ThreadHome for Lane<T> {
    fn name(&self) -> &'static str {
        self.counts.name()
    }

    fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    fn begin_wait(self: Arc<Self>, blocked: &Arc<Blocked>) {
        self.queue.lock().begin_wait(Arc::clone(blocked));
        self.offer_awaited();
    }

    fn awaits_more(self: Arc<Self>) {
        self.offer_awaited();
    }

    fn end_wait(&self, blocked: &Arc<Blocked>) {
        self.queue.lock().end_wait(blocked);
    }

    fn waiters(&self) -> Option<Waiters> {
        self.all_waiters()
    }

    fn stuck_at(&self, outside: bool) -> Option<WaitCounts> {
        let outside = if outside { self.outside.waiting() } else { 0 };
        self.queue.lock().stuck_at(outside)
    }

    fn ended_while_stuck(&self) -> Option<usize> {
        let outside = self.outside.waiting();
        let queue = self.queue.lock();
        let is_awaited = |job: &T| job.call().is_some_and(|call| call.is_awaited());
        let awaits =
            queue.is_stuck(outside) && queue.jobs.iter().take(MOST_SEARCHED).any(is_awaited);
        awaits.then(|| self.ended.all())
    }

    fn add_spare_thread(self: Arc<Self>) {
        self.add_spare();
    }

    fn polls_outside(self: Arc<Self>, body: &Arc<dyn OutsideBody>) {
        self.outside.add(body);
        if body.was_relieved() {
            self.add_spare_if_known();
        }
        monitor::watch(&(self as _));
    }

    fn outside_waits(&self, now: Instant) -> OutsideWaits {
        self.outside.look(now)
    }

    fn waits_long(self: Arc<Self>) {
        if !self.spawner.is_borrowed() || !self.queue.lock().all_wait(0) {
            return;
        }
        let arrived = Arc::<AtomicBool>::default();
        let probe = Arc::clone(&arrived);
        let sent = self
            .spawner
            .send(|| move || probe.store(true, Ordering::Relaxed));
        if sent.is_ok() {
            monitor::watch_probe(&(self as _), arrived);
        }
    }

    fn ended_while_calls_wait(&self) -> Option<usize> {
        let queue = self.queue.lock();
        let waits = queue.jobs.len() > self.dead.count();
        waits.then(|| self.ended.all())
    }

    fn warn_standstill(&self) {
        let (name, now) = (self.counts.name(), self.stats());
        match self.spawner.is_borrowed() {
            _ if now.running > 0 => self.standstill.warn(&self.counts, now),
            true => self.standstill.warn_no_thread(name, CLOSURES),
            false => self.standstill.warn_no_thread(name, HOOKS),
        }
    }

    fn warn_endless(&self, wait: EndlessWait) {
        self.standstill.warn_endless(self.counts.name(), wait);
    }

    fn unwatch_progress(&self) -> bool {
        let waits = || self.ended_while_calls_wait().is_some();
        self.standstill.unwatch(waits)
    }

    fn no_thread_is_free(&self) {
        if self.queue.lock().all_wait(0) {
            self.warn(Warned::RuntimeIsFull, &format_args!(
                "all bodies wait in `block_on`, and no blocking thread of the runtime is free. `tokio::fs`, `lookup_host` and \
                 `spawn_blocking` have none either: in a body call the blocking function itself, or raise `max_blocking_threads`"
            ));
        }
    }
}

impl<T: Task> RunQueued for Lane<T> {
    fn run_queued(self: Arc<Self>, call: &Arc<dyn Run>, overdue: bool) -> bool {
        if !self.queue.lock().need_not_wait(overdue) {
            return false;
        }
        // A body of this lane lets the call use its own slot. Any other thread needs a slot, like a runner.
        if current::is_thread_of(&self.signal) {
            return self.run_offered(call);
        }
        let joined = self.queue.lock().try_join();
        joined && self.run_if_queued(call, Some(JoinedSlot(Arc::clone(&self))))
    }

    fn run_offered(self: Arc<Self>, call: &Arc<dyn Run>) -> bool {
        self.run_if_queued(call, None)
    }
}

/// The slot of a runner, for a job on a thread that was not requested.
struct JoinedSlot<T: Task>(Arc<Lane<T>>);

/// The kind of slot of a call that has this one, or none of its own.
const fn slot_of<T: Task>(joined: Option<&JoinedSlot<T>>) -> BodySlot {
    match joined {
        Some(_) => BodySlot::Runner,
        None => BodySlot::None,
    }
}

impl<T: Task> Drop for JoinedSlot<T> {
    fn drop(&mut self) {
        self.0.leave(self.0.queue.lock());
    }
}
