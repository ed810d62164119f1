//! The books of a pool, and the rules by which they are kept.

use std::{
    collections::BTreeMap,
    fmt, mem,
    sync::Arc,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use crate::{
    error::{Failure, Trouble},
    pool::stats::{Ended, Stats},
    process::{Worker, exit::Buried, lease::Link},
};

/// How long no worker is started after one could not be made ready: doubled each time, up to the longest.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A call in the queue, as the pool knows it.
pub(crate) trait Waiter: fmt::Debug + Send + Sync + 'static {
    /// Its place in the order of calls.
    fn number(&self) -> u64;
    fn is_waiting(&self) -> bool;
    /// Ends the wait after so long.
    fn limit(self: Arc<Self>, limit: Duration);
    /// Gives the call a worker.
    fn begin(&self, link: Link, id: u64);
    /// Ends the call if it still waits.
    fn end(&self, failure: Failure, ended: Ended);
}

/// Whether calls are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Open,
    Closing,
    Shut,
}

/// Everything there is to know about a pool. Workers are never idle while calls wait.
#[derive(Debug)]
pub(crate) struct Roster {
    pub(crate) phase: Phase,
    pub(crate) idle: Vec<Link>,
    /// By the order in which they came.
    pub(crate) waiting: BTreeMap<u64, Arc<dyn Waiter>>,
    pub(crate) running: usize,
    /// Processes that live, start or end: at most `limit`.
    pub(crate) total: usize,
    limit: usize,
    /// Those among them that are not ready.
    starting: usize,
    pub(crate) starting_workers: Vec<Arc<Worker>>,
    pub(crate) workers: Vec<Arc<Worker>>,
    broken: Option<Broken>,
    watchers: Vec<Waker>,
    sweeping: bool,
    /// Workers to start for those that ended, whether calls wait or not.
    spares: usize,
    numbers: u64,
    pub(crate) stats: Stats,
}

/// A worker could not be made ready.
#[derive(Debug)]
struct Broken {
    trouble: Trouble,
    pause: Duration,
    until: Instant,
}

/// What follows from a change.
#[derive(Debug, Default)]
pub(crate) struct Todo {
    pub(crate) begin: Vec<(Arc<dyn Waiter>, Link, u64)>,
    pub(crate) start: usize,
    pub(crate) fail: Vec<(Arc<dyn Waiter>, Failure)>,
    pub(crate) retire: Vec<Link>,
    pub(crate) wake: Vec<Waker>,
}

impl Roster {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            phase: Phase::Open,
            idle: Vec::new(),
            waiting: BTreeMap::new(),
            running: 0,
            total: 0,
            limit,
            starting: 0,
            starting_workers: Vec::new(),
            workers: Vec::new(),
            broken: None,
            watchers: Vec::new(),
            sweeping: false,
            spares: 0,
            numbers: 0,
            stats: Stats::default(),
        }
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// What follows from how things stand.
    pub(crate) fn settle(&mut self) -> Todo {
        let mut todo = Todo::default();
        if self.phase == Phase::Shut {
            let waiting = mem::take(&mut self.waiting).into_values();
            todo.fail = waiting.map(|ticket| (ticket, Failure::Shutdown)).collect();
        }
        self.match_up(&mut todo);
        if self.phase != Phase::Open && self.waiting.is_empty() {
            todo.retire.append(&mut self.idle);
        }
        let wanted = self.waiting.len().saturating_sub(self.starting);
        let wanted = wanted.max(mem::take(&mut self.spares));
        self.hire(wanted, &mut todo);
        if self.total == 0 {
            if let Some(broken) = &self.broken {
                let waiting = mem::take(&mut self.waiting).into_values();
                todo.fail
                    .extend(waiting.map(|ticket| (ticket, broken.trouble.failure())));
            }
        }
        todo.wake = mem::take(&mut self.watchers);
        todo
    }

    /// The call that came first gets the worker that was busy last: its memory is warm.
    fn match_up(&mut self, todo: &mut Todo) {
        while !self.waiting.is_empty() {
            let Some(link) = self.idle.pop() else { return };
            if let Some((_, ticket)) = self.waiting.pop_first() {
                self.running += 1;
                let id = self.number();
                todo.begin.push((ticket, link, id));
            }
        }
    }

    /// Starts so many workers, within what the pool may have.
    fn hire(&mut self, workers: usize, todo: &mut Todo) {
        let hired = workers.min(self.limit.saturating_sub(self.total));
        if hired > 0 && !self.is_broken() {
            self.total += hired;
            self.starting += hired;
            todo.start += hired;
        }
    }

    fn is_broken(&self) -> bool {
        let broken = self.broken.as_ref();
        broken.is_some_and(|broken| Instant::now() < broken.until)
    }

    pub(crate) fn ready(&mut self, worker: &Arc<Worker>, idle_since: Option<Instant>) {
        self.starting -= 1;
        self.starting_workers.retain(|other| !other.is(worker));
        self.broken = None;
        self.workers.push(Arc::clone(worker));
        let mut link = Link::new(Arc::clone(worker));
        link.idle_since = idle_since;
        self.idle.push(link);
    }

    /// Returns how long nothing is started now.
    pub(crate) fn not_ready(&mut self, worker: Option<&Worker>, trouble: Trouble) -> Duration {
        self.starting -= 1;
        self.total -= 1;
        if let Some(worker) = worker {
            self.starting_workers.retain(|other| !other.is(worker));
        }
        let last = self.broken.take().map(|broken| broken.pause * 2);
        let pause = last.unwrap_or(PAUSE).min(LONGEST_PAUSE);
        self.broken = Some(Broken {
            trouble,
            pause,
            until: Instant::now() + pause,
        });
        pause
    }

    /// A worker has ended. Its link, if it was idle, goes to the caller.
    pub(crate) fn gone(&mut self, worker: &Worker, buried: &Buried) -> Option<Link> {
        self.workers.retain(|other| !other.is(worker));
        self.total -= 1;
        if buried.abandoned {
            self.running -= 1;
        }
        // Idle workers are none of the queue's business: this one is for calls to come.
        self.spares += usize::from(buried.replace && self.phase == Phase::Open);
        let index = self.idle.iter().position(|link| link.worker.is(worker))?;
        Some(self.idle.remove(index))
    }

    /// Workers that run a call.
    pub(crate) fn busy(&self) -> Vec<Arc<Worker>> {
        let is_idle = |worker: &Worker| self.idle.iter().any(|link| link.worker.is(worker));
        let busy = self.workers.iter().filter(|worker| !is_idle(worker));
        busy.cloned().collect()
    }

    /// Workers that were idle for so long, and when to look again.
    pub(crate) fn sweep(&mut self, idle: Duration, now: Instant) -> (Vec<Link>, Option<Duration>) {
        let age = |link: &Link| {
            link.idle_since
                .map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
        };
        // Whoever was idle for longest is in front, because the last is taken first.
        let old = self
            .idle
            .iter()
            .take_while(|link| age(link) >= idle)
            .count();
        let old = self.idle.drain(..old).collect();
        let next = self.idle.first().map(|link| idle.saturating_sub(age(link)));
        self.sweeping = next.is_some();
        (old, next)
    }

    /// Whether the caller has to see to it that idle workers are swept out.
    pub(crate) fn must_sweep(&mut self) -> bool {
        let must = !self.sweeping && !self.idle.is_empty();
        self.sweeping |= must;
        must
    }

    /// Sees to it that so many workers are ready, and says how that ended once it has.
    pub(crate) fn prewarm(&mut self, most: usize, todo: &mut Todo) -> Option<Result<(), Failure>> {
        let most = most.min(self.limit);
        if self.phase != Phase::Open {
            return Some(Err(Failure::Shutdown));
        }
        if self.workers.len() >= most {
            return Some(Ok(()));
        }
        if self.is_broken() {
            let broken = self.broken.as_ref();
            return broken.map(|broken| Err(broken.trouble.failure()));
        }
        self.hire(most.saturating_sub(self.total), todo);
        None
    }

    pub(crate) fn watch<T>(&mut self, cx: &Context<'_>) -> Poll<T> {
        self.watchers.push(cx.waker().clone());
        Poll::Pending
    }

    /// Those who watch, if there is something to see.
    pub(crate) fn rest(&mut self) -> Vec<Waker> {
        if self.rests() {
            mem::take(&mut self.watchers)
        } else {
            Vec::new()
        }
    }

    pub(crate) fn rests(&self) -> bool {
        self.running == 0 && self.waiting.is_empty()
    }

    pub(crate) fn has_room(&self, queue: usize) -> bool {
        let most = self.limit.saturating_add(queue);
        self.phase == Phase::Open && self.running + self.waiting.len() < most
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            queued: self.waiting.len(),
            running: self.running,
            processes: self.total,
            ..self.stats
        }
    }
}
