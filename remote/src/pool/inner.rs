//! The running pool: which calls wait, which workers are idle, and how many are alive.
//!
//! Every change happens under one lock. The actions that it causes (begin a call, start a worker, wake a task) are collected under the
//! lock and performed after it is released.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use crate::{
    config::Config,
    error::{Failure, StartError},
    pool::{
        request::Request,
        state::{Phase, QueueEntry, State},
        stats::Ended,
    },
    process::{WorkerProcess, exit::KillReason, lease::Lease},
    sync::{Mutex, MutexGuard},
    timer,
    unwind::wake_all,
    wire::buffers::Buffers,
};

/// The running pool behind a static `Workers`. It is created at the first use.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) config: Config,
    pub(crate) buffers: Buffers,
    /// The first message to every worker.
    pub(crate) hello: OnceLock<Result<Vec<u8>, StartError>>,
    pub(crate) state: Mutex<State>,
}

/// The result of submitting a call.
#[derive(Debug)]
pub(crate) enum Submitted<W> {
    /// It has a worker, and this number.
    Assigned(Lease, Request, u64),
    Queued(Arc<W>),
    Refused(Failure),
}

impl Inner {
    pub(crate) fn new(config: &Config) -> Self {
        let processes = config.process_count();
        Self {
            config: *config,
            buffers: Buffers::new(processes),
            hello: OnceLock::new(),
            state: Mutex::new(State::new(processes)),
        }
    }

    /// Gives a call a worker, or puts the entry that `wait` makes into the queue.
    pub(crate) fn submit<W: QueueEntry>(
        &'static self,
        request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Submitted<W> {
        self.admit(self.state.lock(), request, wait)
    }

    /// Submits a call whose worker died again: frees its slot and puts it at its old position in the queue, in front. One
    /// step, so that the pool is never seen idle in between.
    pub(crate) fn resubmit<W: QueueEntry>(
        &'static self,
        request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Submitted<W> {
        let mut state = self.state.lock();
        state.running -= 1;
        state.stats.retried += 1;
        self.admit(state, request, wait)
    }

    fn admit<W: QueueEntry>(
        &'static self,
        mut state: MutexGuard<'_, State>,
        mut request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Submitted<W> {
        if !admits(state.phase, &request) {
            return self.refuse(state, request);
        }
        let id = state.next_id();
        // Only for calls whose body has not run.
        let limit = self.config.queue_timeout.filter(|_| request.kills == 0);
        // Numbered even if it does not wait now: it keeps its position if it is submitted again.
        let position = *request.position.get_or_insert(id);
        let mut state = match self.take_idle(state) {
            Ok(lease) => return Submitted::Assigned(lease, request, id),
            Err(state) => state,
        };
        let queued = wait(position, request);
        state.queue.insert(position, Arc::<W>::clone(&queued));
        let actions = state.next_actions();
        drop(state);
        if let Some(limit) = limit {
            Arc::clone(&queued).limit(limit);
        }
        self.perform(actions);
        Submitted::Queued(queued)
    }

    fn refuse<W>(&self, mut state: MutexGuard<'_, State>, request: Request) -> Submitted<W> {
        state.stats.add(Ended::Refused);
        let wake = state.take_idle_wakers();
        drop(state);
        wake_all(wake);
        self.buffers.keep_request(request.frame);
        Submitted::Refused(Failure::Shutdown)
    }

    /// An idle worker for one more running call, or the lock if there is none. Idle workers that sent an unexpected message are killed,
    /// outside the lock.
    fn take_idle<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
    ) -> Result<Lease, MutexGuard<'a, State>> {
        while let Some(lease) = state.idle.pop() {
            state.running += 1;
            drop(state);
            if lease.worker.is_quiet() {
                return Ok(lease);
            }
            lease.worker.kill();
            state = self.state.lock();
            state.running -= 1;
        }
        Err(state)
    }

    /// Gives back a worker after a call that ended like this.
    pub(crate) fn release(&'static self, lease: Lease, ended: Ended) {
        self.put_back(lease, Some(ended));
    }

    /// Gives back a worker whose call was dropped before it began.
    pub(crate) fn release_unused(&'static self, lease: Lease) {
        self.put_back(lease, None);
    }

    fn put_back(&'static self, mut lease: Lease, ended: Option<Ended>) {
        let worn = lease.leaving
            || self
                .config
                .max_calls
                .is_some_and(|most| lease.calls >= most);
        let mut state = self.state.lock();
        state.running -= 1;
        if let Some(ended) = ended {
            state.stats.add(ended);
        }
        let mut retire = None;
        // Checked under the lock: a worker that exits after this is among the idle ones, and is removed from them.
        if worn || !lease.worker.is_fit() {
            retire = Some(lease);
        } else {
            lease.idle_since = self.idle_since();
            state.idle.push(lease);
        }
        self.after_idle(state, retire);
    }

    /// The time at which a worker becomes idle, if the pool has a `keep_alive`.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        self.config.keep_alive.map(|_| Instant::now())
    }

    /// The actions after a worker became idle, and perhaps another one was retired.
    pub(super) fn after_idle(
        &'static self,
        mut state: MutexGuard<'_, State>,
        retire: Option<Lease>,
    ) {
        let mut actions = state.next_actions();
        let sweep = self.config.keep_alive.filter(|_| state.must_sweep());
        drop(state);
        actions.retire.extend(retire);
        self.perform(actions);
        if let Some(idle) = sweep {
            timer::after(idle, move || self.sweep(idle));
        }
    }

    /// The worker of a call has ended, so the call no longer counts as running.
    fn free_slot(&'static self) {
        self.change(|state| state.running -= 1);
    }

    /// A call ends with its worker.
    pub(crate) fn record_death(&'static self) {
        self.change(|state| {
            state.running -= 1;
            state.stats.add(Ended::Died);
        });
    }

    /// Kills a worker with its call. The slot of the call is free when the process has ended.
    pub(crate) fn kill_with_call(
        &'static self,
        worker: &Arc<WorkerProcess>,
        grace: Option<Duration>,
        ended: Ended,
    ) {
        self.record(ended);
        worker.terminate(grace);
        if worker.abandon() {
            self.free_slot();
        }
    }

    pub(crate) fn record(&self, ended: Ended) {
        self.state.lock().stats.add(ended);
    }

    /// A queued call has ended with this result.
    pub(crate) fn remove_queued(&self, position: u64, ended: Ended) {
        let mut state = self.state.lock();
        let queued = state.queue.remove(&position);
        state.stats.add(ended);
        let wake = state.take_idle_wakers();
        drop(state);
        drop(queued);
        wake_all(wake);
    }

    /// Retires workers that have been idle for this long, and schedules the next check.
    fn sweep(&'static self, idle: Duration) {
        let mut state = self.state.lock();
        let (old, next) = state.sweep(idle, Instant::now());
        drop(state);
        for lease in old {
            lease.worker.retire_idle();
        }
        if let Some(next) = next {
            timer::after(next, move || self.sweep(idle));
        }
    }

    pub(crate) fn close(&'static self) {
        self.change(|state| state.phase = state.phase.max(Phase::Closing));
    }

    pub(crate) fn shutdown(&'static self) {
        let mut state = self.state.lock();
        state.phase = Phase::Shut;
        let busy = state.busy();
        let starting = state.starting_workers.clone();
        let actions = state.next_actions();
        drop(state);
        for worker in busy {
            worker.set_kill_reason(KillReason::Shutdown);
            worker.terminate(self.config.grace);
        }
        starting.iter().for_each(WorkerProcess::kill);
        self.perform(actions);
    }

    pub(crate) fn change(&'static self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        change(&mut state);
        let actions = state.next_actions();
        drop(state);
        self.perform(actions);
    }
}

/// Whether the pool accepts the call. A call that was submitted before the pool closed may be retried.
fn admits(phase: Phase, request: &Request) -> bool {
    match phase {
        Phase::Open => true,
        Phase::Closing => request.position.is_some(),
        Phase::Shut => false,
    }
}
