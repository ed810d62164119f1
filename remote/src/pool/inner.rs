//! The running pool: which calls wait, which workers are idle, and how many are alive.
//!
//! Every change happens under one lock. The actions that it causes (begin a call, start a worker, wake somebody) are collected under the
//! lock and done after it.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use crate::{
    config::Config,
    error::{Failure, StartError},
    pool::{
        request::Request,
        state::{Phase, State, Waiter},
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

    /// Gives a call a worker, or a place in the queue as what `wait` makes of it.
    pub(crate) fn submit<W: Waiter>(
        &'static self,
        request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Submitted<W> {
        self.admit(self.state.lock(), request, wait)
    }

    /// A call whose worker died comes again: it gives back its place and gets its old one in the queue, in front. All in one
    /// step, so that nobody finds the pool at rest between the two.
    pub(crate) fn resubmit<W: Waiter>(
        &'static self,
        request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Submitted<W> {
        let mut state = self.state.lock();
        state.running -= 1;
        state.stats.retried += 1;
        self.admit(state, request, wait)
    }

    fn admit<W: Waiter>(
        &'static self,
        mut state: MutexGuard<'_, State>,
        mut request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Submitted<W> {
        if !admits(state.phase, &request) {
            return self.refuse(state, request);
        }
        let id = state.next_id();
        // Of those whose body has not run.
        let limit = self.config.queue_timeout.filter(|_| request.kills == 0);
        // Numbered even if it does not wait now: it was submitted, and counts as such when it comes again.
        let position = *request.position.get_or_insert(id);
        let mut state = match self.take_idle(state) {
            Ok(lease) => return Submitted::Assigned(lease, request, id),
            Err(state) => state,
        };
        let queued = wait(position, request);
        state.waiting.insert(position, Arc::<W>::clone(&queued));
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

    /// An idle worker for one more running call; the lock again if there is none. Those that said something unasked are killed,
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

    /// A worker comes back from a call that ended so.
    pub(crate) fn release(&'static self, lease: Lease, ended: Ended) {
        self.put_back(lease, Some(ended));
    }

    /// A worker comes back from a call that had gone when it was to begin.
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
        // Asked under the lock: a worker that ends after this is found among the idle ones and taken out.
        if worn || !lease.worker.is_fit() {
            retire = Some(lease);
        } else {
            lease.idle_since = self.idle_since();
            state.idle.push(lease);
        }
        self.after_idle(state, retire);
    }

    /// From when a worker counts as idle that is so now, if that matters.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        self.config.keep_alive.map(|_| Instant::now())
    }

    /// What follows when there is one more idle worker, beside one that goes.
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

    /// The worker of a call is gone, so the call no longer counts as running.
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

    /// A worker is killed with its call. The place of the call is free when the process is gone.
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

    /// A waiting call has ended with this result.
    pub(crate) fn remove_queued(&self, position: u64, ended: Ended) {
        let mut state = self.state.lock();
        let queued = state.waiting.remove(&position);
        state.stats.add(ended);
        let wake = state.take_idle_wakers();
        drop(state);
        drop(queued);
        wake_all(wake);
    }

    /// Ends workers that have been idle for this long, and looks again when the next worker may reach that time.
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

/// Whether the pool takes the call. One that was submitted before the pool closed may come again.
fn admits(phase: Phase, request: &Request) -> bool {
    match phase {
        Phase::Open => true,
        Phase::Closing => request.position.is_some(),
        Phase::Shut => false,
    }
}
