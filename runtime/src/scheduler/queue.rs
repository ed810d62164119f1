//! The state of a lane and its rules: how many jobs may be queued and run, and when runners are requested. No locks, threads or user code.

use std::{collections::VecDeque, ops::Range, sync::Arc, task::Waker};

use super::{
    awaited_calls::{AwaitedCalls, LeftBehind},
    close::CloseReason,
    ends::{BodySlot, Ended},
    idle_wakers::IdleWakers,
    order::JobOrder,
    pending_runners::PendingRunners,
    search::Search,
    waiting::Waiting,
};
use crate::call::{
    block_on::blocked::{Blocked, WaitCounts},
    queued_in::LineMark,
};

/// How many runners may be pending at once. With one, bursts are slower; with more, every call costs a wake-up again.
///
/// Chosen by the benchmarks `cold_100x5ms` (0.98 of the time of `spawn_blocking`, where threads must be started) and
/// `ping/10us` (0.04 of its median delay); `docs/benchmark-tables.md` has both.
pub(crate) const FAN_OUT: usize = 2;

/// The same when a job is submitted. A wake-up delays the async worker, and the runner that arrives requests the others.
///
/// Chosen by the benchmark `submit`: with two it takes 1.12 of the time; `docs/benchmarks.md` has it among what was rejected.
pub(crate) const FIRST_OUT: usize = 1;

/// The queued jobs, and counts of the runners that run them. The fields that change with each job stand first, next to the lock.
#[repr(C)]
pub(crate) struct Queue<T> {
    pub(crate) jobs: Waiting<T>,
    /// The number of bodies that have begun, by `BodySlot`. `ended` has the number of those that have ended.
    begun: [usize; 2],
    pub(crate) awaited: AwaitedCalls,
    /// Runners that have a thread or are pending. None is requested beyond `cap`.
    active: usize,
    pending: PendingRunners,
    pub(crate) search: Search,
    ended: Arc<Ended>,
    /// The number of jobs that were taken out to be refused, and whose calls may not have ended yet.
    refusing: usize,
    /// Bodies inside `block_on`. Of those on one thread, the inner ones come after the outer ones.
    blocked: Vec<Arc<Blocked>>,
    /// The number of distinct bodies in `blocked`: a body may call `block_on` inside `block_on`.
    blocked_bodies: usize,
    /// The number of waits that have begun.
    waits: usize,
    pub(crate) cap: usize,
    close_reason: Option<CloseReason>,
    idle: IdleWakers,
}

impl<T> Queue<T> {
    pub(crate) fn new(cap: usize, ended: Arc<Ended>) -> Self {
        Self {
            jobs: Waiting::new(),
            awaited: AwaitedCalls::default(),
            active: 0,
            pending: PendingRunners::default(),
            search: Search::default(),
            begun: [0; 2],
            ended,
            refusing: 0,
            blocked: Vec::new(),
            blocked_bodies: 0,
            waits: 0,
            cap,
            close_reason: None,
            idle: IdleWakers::default(),
        }
    }

    pub(crate) fn push(&mut self, job: T, order: JobOrder) {
        self.jobs.push_as(job, order);
    }

    /// Takes the next job for a runner. If there is none, the runner leaves. It also leaves if there are more runners than the cap
    /// allows: the cap was lowered, or a runner arrived that had been given up.
    pub(crate) fn pop(&mut self) -> Option<T> {
        if self.active > self.cap {
            return None;
        }
        let job = self.jobs.pop()?;
        self.begin(BodySlot::Runner);
        Some(job)
    }

    /// Must be called after a job was taken out of the queue: its call may be in `awaited`.
    #[must_use]
    pub(crate) fn job_left(&mut self) -> Option<LeftBehind> {
        // Asked for each job, under the lock, and nearly always no call is awaited.
        (!self.awaited.is_empty()).then(|| self.awaited.job_left(self.jobs.is_empty()))
    }

    /// Counts a job, which was taken out of the queue, as begun.
    pub(crate) const fn begin(&mut self, slot: BodySlot) {
        self.begun[slot as usize] = self.begun[slot as usize].wrapping_add(1);
    }

    /// The numbers of the runners to request now, so that `expected` are pending. They count as pending from now on.
    pub(crate) fn runners_to_request(&mut self, expected: usize) -> Range<u64> {
        let here = self.pending.count() + usize::from(self.search.is_under_way());
        let wanted = self.jobs.len().min(expected).saturating_sub(here);
        let runners = wanted.min(self.cap.saturating_sub(self.active));
        self.active += runners;
        self.pending.request(runners)
    }

    /// A runner has arrived. One that was given up counts again.
    pub(crate) fn runner_arrived(&mut self, runner: u64) {
        self.pending.arrived(runner, &mut self.active);
    }

    /// The system refused a thread for a runner. It is given up, unless another thread has replaced it. Returns true if no
    /// runner is left for the queued jobs.
    pub(crate) fn runner_refused(&mut self, runner: u64) -> bool {
        if !self.pending.give_up(runner) {
            return false;
        }
        self.active -= 1;
        self.active == 0
    }

    /// Whether a waiting body may run its call itself. A runner that is pending or searches should take the call, unless it is `overdue`.
    /// If all threads of the spawner are occupied, no runner arrives, and a recursion must not wait for one at each level.
    pub(crate) fn need_not_wait(&mut self, overdue: bool) -> bool {
        let searches = self.search.is_under_way() && !overdue;
        self.is_saturated() || !(self.pending.is_worth_waiting(overdue, self.active) || searches)
    }

    /// A thread that was not requested takes the slot of a runner. If necessary it replaces a pending runner, which leaves when it arrives.
    pub(crate) fn try_join(&mut self) -> bool {
        if self.active < self.cap {
            self.active += 1;
            return true;
        }
        self.pending.give_up_one()
    }

    /// A runner leaves.
    pub(crate) const fn runner_left(&mut self) {
        self.active -= 1;
    }

    /// Whether no other runner is here or pending.
    pub(crate) const fn is_last_runner(&self) -> bool {
        self.active == 1
    }

    /// Whether all slots are taken.
    pub(crate) fn is_saturated(&self) -> bool {
        self.running_on(BodySlot::Runner) >= self.cap
    }

    pub(crate) fn begin_wait(&mut self, blocked: Arc<Blocked>) {
        self.waits = self.waits.wrapping_add(1);
        self.blocked_bodies += usize::from(blocked.is_outermost_of_body());
        self.blocked.push(blocked);
    }

    pub(crate) fn end_wait(&mut self, blocked: &Arc<Blocked>) {
        // From the end: usually the innermost wait ends first.
        let is_it = |known: &Arc<Blocked>| Arc::ptr_eq(known, blocked);
        if let Some(index) = self.blocked.iter().rposition(is_it) {
            self.blocked.remove(index);
            self.blocked_bodies -= usize::from(blocked.is_outermost_of_body());
        }
    }

    /// The bodies here, if all of them wait and the limit allows no further one: they may be in a deadlock.
    pub(crate) fn all_waiting(&self) -> Option<&[Arc<Blocked>]> {
        let stuck = self.is_saturated() && self.blocked_bodies >= self.running();
        Some(&*self.blocked).filter(|bodies| stuck && !bodies.is_empty())
    }

    /// Whether every body here waits, in `block_on` or as one of those `outside` of it.
    pub(crate) fn all_wait(&self, outside: usize) -> bool {
        let running = self.running();
        running > 0 && self.blocked_bodies + outside >= running
    }

    /// Whether jobs are queued while every body here waits: the bodies may be waiting for these jobs.
    pub(crate) fn is_stuck(&self, outside: usize) -> bool {
        !self.jobs.is_empty() && self.all_wait(outside)
    }

    /// The progress of the bodies, if the queue is stuck.
    pub(crate) fn stuck_at(&self, outside: usize) -> Option<WaitCounts> {
        self.is_stuck(outside).then(|| WaitCounts {
            changes: self.waits.wrapping_add(self.ended.all()),
            polls: self.blocked.iter().map(|blocked| blocked.polls()).sum(),
        })
    }

    /// The body that began to wait last, if the queue is stuck.
    pub(crate) fn innermost_if_stuck(&self) -> Option<&Arc<Blocked>> {
        self.blocked.last().filter(|_| self.is_stuck(0))
    }

    /// Takes a job for a spare thread, if the queue is stuck: the one that is `awaited`, or else the next.
    pub(crate) fn take_if_stuck(
        &mut self,
        outside: usize,
        awaited: Option<(LineMark, impl Fn(&T) -> bool)>,
    ) -> Option<T> {
        if !self.is_stuck(outside) {
            return None;
        }
        let first = awaited.and_then(|(line, is_it)| self.jobs.take_out(line, is_it));
        let job = first.or_else(|| self.jobs.pop())?;
        self.begin(BodySlot::None);
        Some(job)
    }

    /// Whether one more job would exceed `capacity`, the number of jobs that may be queued in addition to those that can run. `dead`
    /// jobs do not count, nor do jobs for which a slot is free.
    pub(crate) fn is_full(&self, capacity: usize, dead: usize) -> bool {
        let waiting = self.jobs.len().saturating_sub(dead);
        waiting + self.running_on(BodySlot::Runner).min(self.cap)
            >= self.cap.saturating_add(capacity)
    }

    pub(crate) const fn set_cap(&mut self, cap: usize) {
        self.cap = cap;
    }

    pub(crate) const fn close_reason(&self) -> Option<&CloseReason> {
        self.close_reason.as_ref()
    }

    /// Accepts no more jobs. If this is called again, the first reason stays.
    pub(crate) fn close(&mut self, close_reason: CloseReason) {
        self.close_reason.get_or_insert(close_reason);
    }

    /// Takes out all jobs, to be refused. [`refused`](Self::refused) must follow.
    pub(crate) fn take_all(&mut self) -> VecDeque<T> {
        self.refusing += self.jobs.len();
        self.jobs.take_all()
    }

    /// `jobs` of those that were taken out have been refused.
    pub(crate) const fn refused(&mut self, jobs: usize) {
        self.refusing -= jobs;
    }

    /// Whether every call has ended.
    pub(crate) fn is_idle(&self) -> bool {
        let none_runs_or_waits = self.running() == 0 && self.jobs.is_empty();
        none_runs_or_waits && self.refusing == 0 && !self.ended.is_any_leaving()
    }

    /// Stores `waker`, to be woken when the lane is idle, under `number` or a new number. Returns the waker that it replaces.
    pub(crate) fn wake_when_idle(
        &mut self,
        number: &mut Option<u64>,
        waker: Waker,
    ) -> Option<Waker> {
        self.idle.add(number, waker)
    }

    /// Removes the waker with that number.
    pub(crate) fn forget_idle(&mut self, number: u64) -> Option<Waker> {
        self.idle.remove(number)
    }

    /// The wakers to be woken now, if the lane is idle. Wake them outside the lock.
    pub(crate) fn take_idle_wakers(&mut self) -> Vec<Waker> {
        let idle = self.is_idle().then(|| self.idle.take());
        idle.unwrap_or_default()
    }

    pub(crate) fn running(&self) -> usize {
        self.running_on(BodySlot::Runner) + self.running_on(BodySlot::None)
    }

    fn running_on(&self, slot: BodySlot) -> usize {
        self.begun[slot as usize].wrapping_sub(self.ended.count(slot))
    }

    pub(crate) fn runners_here(&self) -> usize {
        self.active - self.pending.count()
    }
}
