//! The state of a lane: what waits, who is at work. Rules only: no locks, no threads, no code of a user's.

use std::{
    collections::{BTreeMap, VecDeque},
    mem,
    ops::Range,
    sync::Arc,
    task::Waker,
};

use super::{
    account::{CloseReason, Ended},
    order::JobOrder,
    waiting::Waiting,
};
use crate::call::blocked::Blocked;

/// The most runners that are on their way at once. One makes bursts slower, more brings back a wake-up for each call.
///
/// Chosen by the benchmarks `cold_100x5ms` (0.98 of the time of `spawn_blocking`, where threads must be started) and
/// `ping/10us` (0.04 of its median delay); `docs/benchmarks.md` has both.
pub(crate) const FAN_OUT: usize = 2;

/// The same when a job is submitted: a wake-up holds up the async worker, and the runner that comes sends for the others.
pub(crate) const FIRST_OUT: usize = 1;

/// Jobs in their order, and the account of the runners that run them.
pub(crate) struct Queue<T> {
    pub(crate) jobs: Waiting<T>,
    /// Hosts at work or on their way; never sent for beyond `cap`.
    active: usize,
    /// Hosts on their way, by number: one that was given up because a thread was refused may turn up all the same.
    pending: Vec<u64>,
    /// The number of the next runner.
    next_runner: u64,
    /// Hosts at work that look for a job: one at most, or they would burn what the bodies need.
    searching: bool,
    /// How many bodies have begun, and how many of them have ended.
    begun: usize,
    ended: Arc<Ended>,
    /// Bodies that wait inside `block_on`, the innermost of a thread after its outer ones.
    blocked: Vec<Arc<Blocked>>,
    pub(crate) cap: usize,
    close_reason: Option<CloseReason>,
    /// Who waits for the lane to be idle, by number.
    idle: BTreeMap<u64, Waker>,
    next_idle: u64,
}

impl<T> Queue<T> {
    pub(crate) fn new(cap: usize, ended: Arc<Ended>) -> Self {
        Self {
            jobs: Waiting::new(),
            active: 0,
            pending: Vec::new(),
            next_runner: 0,
            searching: false,
            begun: 0,
            ended,
            blocked: Vec::new(),
            cap,
            close_reason: None,
            idle: BTreeMap::new(),
            next_idle: 0,
        }
    }

    pub(crate) fn push(&mut self, job: T, order: JobOrder) {
        self.jobs.push_as(job, order);
    }

    /// Takes the next job to be run by a runner, which leaves when there is none for it: also when more runners are here than
    /// the cap allows, because it was lowered or a runner that was given up turned up.
    pub(crate) fn pop(&mut self) -> Option<T> {
        if self.active > self.cap {
            return None;
        }
        let job = self.jobs.pop()?;
        self.begin();
        Some(job)
    }

    /// A job begins without having waited.
    pub(crate) const fn begin(&mut self) {
        self.begun = self.begun.wrapping_add(1);
    }

    /// The numbers of the runners to be sent for now, which count as on their way: so many that `expected` are.
    pub(crate) fn runners_to_send(&mut self, expected: usize) -> Range<u64> {
        let here = self.pending.len() + usize::from(self.searching);
        let wanted = self.jobs.len().min(expected).saturating_sub(here);
        let runners = wanted.min(self.cap.saturating_sub(self.active));
        let first = self.next_runner;
        for _ in 0..runners {
            self.pending.push(self.next_runner);
            self.next_runner += 1;
        }
        self.active += runners;
        first..self.next_runner
    }

    /// A runner has ended its way. One that was given up counts again.
    pub(crate) fn runner_found(&mut self, runner: u64) {
        if !self.take_pending(runner) {
            self.active += 1;
        }
    }

    /// A runner found no thread and is given up, unless somebody else's thread took it by now. True when no runner is left
    /// that will come to the waiting jobs.
    pub(crate) fn runner_refused(&mut self, runner: u64) -> bool {
        if !self.take_pending(runner) {
            return false;
        }
        self.active -= 1;
        self.active == 0
    }

    fn take_pending(&mut self, runner: u64) -> bool {
        let index = self.pending.iter().position(|known| *known == runner);
        index.map(|index| self.pending.swap_remove(index)).is_some()
    }

    /// A runner begins to look for a job, unless one does so already.
    pub(crate) const fn begin_search(&mut self) -> bool {
        !std::mem::replace(&mut self.searching, true)
    }

    /// The runner that looks for a job looks no more.
    pub(crate) const fn end_search(&mut self) {
        self.searching = false;
    }

    /// A thread that was not sent for takes the place of a runner, if need be of one on its way, which will leave again.
    pub(crate) fn try_join(&mut self) -> bool {
        if self.active < self.cap {
            self.active += 1;
            return true;
        }
        self.pending.pop().is_some()
    }

    /// A runner goes.
    pub(crate) const fn runner_left(&mut self) {
        self.active -= 1;
    }

    /// Whether every allowed runner runs a body.
    pub(crate) fn is_saturated(&self) -> bool {
        self.running() >= self.cap
    }

    pub(crate) fn begin_wait(&mut self, blocked: Arc<Blocked>) {
        self.blocked.push(blocked);
    }

    pub(crate) fn end_wait(&mut self, blocked: &Arc<Blocked>) {
        // The innermost waits end first, as a rule.
        let index = self
            .blocked
            .iter()
            .rposition(|known| Arc::ptr_eq(known, blocked));
        if let Some(index) = index {
            self.blocked.remove(index);
        }
    }

    /// A thread to run a call that some body waits for, when every body here waits and no further one may start: without
    /// it they could wait for one another for ever.
    pub(crate) fn way_out(&self) -> Option<&Arc<Blocked>> {
        let stuck = self.is_saturated() && self.blocked.len() >= self.running();
        self.blocked.last().filter(|_| stuck)
    }

    /// The bodies that wait in `block_on`.
    pub(crate) fn blocked(&self) -> &[Arc<Blocked>] {
        &self.blocked
    }

    /// Whether every body here waits: in `block_on`, or as one of those `outside` of it.
    pub(crate) fn all_wait(&self, outside: usize) -> bool {
        let running = self.running();
        running > 0 && self.blocked.len() + outside >= running
    }

    /// Whether jobs wait while every body here does too: they may be what the bodies wait for.
    pub(crate) fn is_stuck(&self, outside: usize) -> bool {
        !self.jobs.is_empty() && self.all_wait(outside)
    }

    /// The last body that waits, if all do.
    pub(crate) fn innermost_if_stuck(&self) -> Option<&Arc<Blocked>> {
        self.blocked.last().filter(|_| self.is_stuck(0))
    }

    /// Takes the next job, to be run beyond the limit, if the queue is stuck.
    pub(crate) fn pop_if_stuck(&mut self, outside: usize) -> Option<T> {
        if !self.is_stuck(outside) {
            return None;
        }
        let job = self.jobs.pop()?;
        self.begin();
        Some(job)
    }

    /// Whether a further job would be more than `capacity` beyond those that can run, where so many of the waiting ones are `dead`.
    pub(crate) fn is_full(&self, capacity: usize, dead: usize) -> bool {
        let waiting = self.jobs.len().saturating_sub(dead);
        waiting + self.running() >= self.cap.saturating_add(capacity)
    }

    pub(crate) const fn set_cap(&mut self, cap: usize) {
        self.cap = cap;
    }

    pub(crate) const fn close_reason(&self) -> Option<&CloseReason> {
        self.close_reason.as_ref()
    }

    /// Takes no more jobs from now on. The first reason stands.
    pub(crate) fn close(&mut self, close_reason: CloseReason) {
        self.close_reason.get_or_insert(close_reason);
    }

    /// Takes everything that waits.
    pub(crate) fn take_all(&mut self) -> VecDeque<T> {
        self.jobs.take_all()
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.running() == 0 && self.jobs.is_empty()
    }

    /// Has `waker` woken when the lane is idle, under the number it was given before or a new one. What was there is returned.
    pub(crate) fn wake_when_idle(
        &mut self,
        number: &mut Option<u64>,
        waker: Waker,
    ) -> Option<Waker> {
        let number = *number.get_or_insert_with(|| {
            self.next_idle += 1;
            self.next_idle
        });
        self.idle.insert(number, waker)
    }

    /// Nobody waits under that number any more.
    pub(crate) fn forget_idle(&mut self, number: u64) -> Option<Waker> {
        self.idle.remove(&number)
    }

    /// Those to be woken now, outside the lock.
    pub(crate) fn take_idle_wakers(&mut self) -> Vec<Waker> {
        if self.is_idle() {
            mem::take(&mut self.idle).into_values().collect()
        } else {
            Vec::new()
        }
    }

    pub(crate) fn running(&self) -> usize {
        self.begun.wrapping_sub(self.ended.count())
    }

    pub(crate) fn runners_here(&self) -> usize {
        self.active - self.pending.len()
    }
}
