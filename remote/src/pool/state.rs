//! The state of a pool, and the rules by which it changes.

use std::{
    collections::BTreeMap,
    fmt, mem,
    sync::Arc,
    task::Waker,
    time::{Duration, Instant},
};

use crate::{
    error::Failure,
    pool::stats::{Ended, Stats},
    process::{WorkerProcess, exit::Reaped, lease::Lease, start_failure::StartFailure},
};

/// The pause after a worker could not be made ready. It doubles with each start that fails after a pause. Both are choices.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A call in the queue, as the pool sees it.
pub(crate) trait QueueEntry: fmt::Debug + Send + Sync + 'static {
    /// Its place in the order of calls.
    fn position(&self) -> u64;
    fn is_queued(&self) -> bool;
    /// Ends the wait after this time.
    fn limit(self: Arc<Self>, limit: Duration);
    /// Gives the call a worker.
    fn begin(&self, lease: Lease, id: u64);
    /// Ends the call if it still waits.
    fn end(&self, failure: Failure, ended: Ended);
}

/// Whether the pool accepts calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Open,
    Closing,
    Shut,
}

/// The whole state of a pool. No worker is idle while calls wait.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) phase: Phase,
    pub(crate) idle: Vec<Lease>,
    /// Sorted by the order in which the calls were submitted.
    pub(crate) queue: BTreeMap<u64, Arc<dyn QueueEntry>>,
    pub(crate) running: usize,
    /// Calls that were submitted, and whose arguments are still being written.
    pub(crate) expected: usize,
    /// Processes that are alive, starting or ending: at most `limit`.
    pub(crate) total: usize,
    pub(super) limit: usize,
    /// The number of those processes that are not ready.
    starting: usize,
    pub(crate) starting_workers: Vec<Arc<WorkerProcess>>,
    pub(crate) workers: Vec<Arc<WorkerProcess>>,
    failed_start: Option<FailedStart>,
    /// The wakers of tasks that wait for a change, by number.
    pub(crate) watchers: BTreeMap<u64, Waker>,
    sweeping: bool,
    /// Workers to start in place of workers that ended, whether or not calls wait.
    replacements: usize,
    last_id: u64,
    pub(crate) stats: Stats,
}

/// A worker could not be made ready.
#[derive(Debug)]
struct FailedStart {
    error: StartFailure,
    pause: Duration,
    until: Instant,
}

/// Actions to take after a change of the state.
#[derive(Debug, Default)]
pub(crate) struct Actions {
    pub(crate) begin: Vec<(Arc<dyn QueueEntry>, Lease, u64)>,
    pub(crate) start: usize,
    pub(crate) fail: Vec<(Arc<dyn QueueEntry>, Failure)>,
    pub(crate) retire: Vec<Lease>,
    pub(crate) wake: Vec<Waker>,
}

impl State {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            phase: Phase::Open,
            idle: Vec::new(),
            queue: BTreeMap::new(),
            running: 0,
            expected: 0,
            total: 0,
            limit,
            starting: 0,
            starting_workers: Vec::new(),
            workers: Vec::new(),
            failed_start: None,
            watchers: BTreeMap::new(),
            sweeping: false,
            replacements: 0,
            last_id: 0,
            stats: Stats::default(),
        }
    }

    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Returns the actions that the current state requires.
    pub(crate) fn next_actions(&mut self) -> Actions {
        let mut actions = Actions::default();
        if self.phase == Phase::Shut {
            let calls = mem::take(&mut self.queue).into_values();
            actions.fail = calls.map(|queued| (queued, Failure::Shutdown)).collect();
        }
        self.assign_calls(&mut actions);
        if self.phase != Phase::Open && self.waiting() == 0 {
            actions.retire.append(&mut self.idle);
        }
        let wanted = self.queue.len().saturating_sub(self.starting);
        let wanted = wanted.max(mem::take(&mut self.replacements));
        self.start_workers(wanted, &mut actions);
        if self.total == 0 {
            if let Some(failed) = &self.failed_start {
                let calls = mem::take(&mut self.queue).into_values();
                actions
                    .fail
                    .extend(calls.map(|queued| (queued, failed.error.failure())));
            }
        }
        actions.wake = self.take_watchers();
        actions
    }

    /// The oldest call gets the worker that was busy most recently, because the memory of that worker is warm.
    fn assign_calls(&mut self, actions: &mut Actions) {
        while !self.queue.is_empty() {
            let Some(lease) = self.idle.pop() else { return };
            if let Some((_, queued)) = self.queue.pop_first() {
                self.running += 1;
                let id = self.next_id();
                actions.begin.push((queued, lease, id));
            }
        }
    }

    /// Starts this many workers, but not more than the limit of the pool allows.
    fn start_workers(&mut self, workers: usize, actions: &mut Actions) {
        let count = workers.min(self.limit.saturating_sub(self.total));
        if !self.has_failed_start() {
            self.total += count;
            self.starting += count;
            actions.start += count;
        }
    }

    fn has_failed_start(&self) -> bool {
        let failed = self.failed_start.as_ref();
        failed.is_some_and(|failed| Instant::now() < failed.until)
    }

    pub(crate) fn ready(&mut self, worker: &Arc<WorkerProcess>, idle_since: Option<Instant>) {
        self.starting -= 1;
        self.starting_workers.retain(|other| !other.is(worker));
        self.failed_start = None;
        self.workers.push(Arc::clone(worker));
        let mut lease = Lease::new(Arc::clone(worker));
        lease.idle_since = idle_since;
        self.idle.push(lease);
    }

    /// Returns the pause before the next worker is started. Starts that fail together make one.
    pub(crate) fn not_ready(
        &mut self,
        worker: Option<&WorkerProcess>,
        failure: StartFailure,
    ) -> Duration {
        self.starting -= 1;
        self.total -= 1;
        if let Some(worker) = worker {
            self.starting_workers.retain(|other| !other.is(worker));
        }
        let now = Instant::now();
        let pause = match &self.failed_start {
            None => PAUSE,
            Some(last) if now < last.until => last.pause,
            Some(last) => LONGEST_PAUSE.min(last.pause * 2),
        };
        self.failed_start = Some(FailedStart {
            error: failure,
            pause,
            until: now + pause,
        });
        pause
    }

    /// A worker has ended. Its lease, if it was idle, goes to the caller.
    pub(crate) fn gone(&mut self, worker: &WorkerProcess, reaped: &Reaped) -> Option<Lease> {
        self.workers.retain(|other| !other.is(worker));
        self.total -= 1;
        if reaped.abandoned {
            self.running -= 1;
        }
        // A replacement is started for later calls, whether or not any are queued now.
        self.replacements += usize::from(reaped.replace && self.phase == Phase::Open);
        let index = self.idle.iter().position(|lease| lease.worker.is(worker))?;
        Some(self.idle.remove(index))
    }

    /// Workers that run a call.
    pub(crate) fn busy(&self) -> Vec<Arc<WorkerProcess>> {
        let is_idle =
            |worker: &WorkerProcess| self.idle.iter().any(|lease| lease.worker.is(worker));
        let busy = self.workers.iter().filter(|worker| !is_idle(worker));
        busy.cloned().collect()
    }

    /// Returns the workers that were idle for this long, and the time until the next check.
    pub(crate) fn sweep(&mut self, idle: Duration, now: Instant) -> (Vec<Lease>, Option<Duration>) {
        let age = |lease: &Lease| {
            lease
                .idle_since
                .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
        };
        // The worker that was idle for longest is at the front, because calls take workers from the back.
        let old = self
            .idle
            .iter()
            .take_while(|lease| age(lease) >= idle)
            .count();
        let old = self.idle.drain(..old).collect();
        let next = self
            .idle
            .first()
            .map(|lease| idle.saturating_sub(age(lease)));
        self.sweeping = next.is_some();
        (old, next)
    }

    /// Whether the caller has to schedule the removal of idle workers.
    pub(crate) fn must_sweep(&mut self) -> bool {
        let must = !self.sweeping && !self.idle.is_empty();
        self.sweeping |= must;
        must
    }

    /// Starts workers until this many exist. Returns `None` while they are not ready, and the result otherwise.
    pub(crate) fn prewarm(
        &mut self,
        most: usize,
        actions: &mut Actions,
    ) -> Option<Result<(), Failure>> {
        let most = most.min(self.limit);
        if self.phase != Phase::Open {
            return Some(Err(Failure::Shutdown));
        }
        if self.workers.len() >= most {
            return Some(Ok(()));
        }
        if self.has_failed_start() {
            let failed = self.failed_start.as_ref();
            return failed.map(|failed| Err(failed.error.failure()));
        }
        self.start_workers(most.saturating_sub(self.total), actions);
        None
    }

    fn take_watchers(&mut self) -> Vec<Waker> {
        mem::take(&mut self.watchers).into_values().collect()
    }

    /// The wakers to be woken now, if there was a change.
    pub(crate) fn take_idle_wakers(&mut self) -> Vec<Waker> {
        let idle = self.is_idle().then(|| self.take_watchers());
        idle.unwrap_or_default()
    }
}
