//! The pool at work: who waits, who is idle, how many live.
//!
//! Every change happens under one lock; what follows from it (a call that begins, a worker that starts, somebody to wake) is
//! collected there and done after it.

use std::{
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use crate::{
    config::Config,
    error::{Failure, StartError},
    pool::{
        request::Request,
        state::{Phase, Roster, Waiter},
        stats::Ended,
    },
    process::{Worker, exit::Verdict, lease::Link},
    sync::{Mutex, MutexGuard},
    timer,
    unwind::wake_all,
    wire::buffers::Buffers,
};

/// What a static pool becomes when it is first used.
#[derive(Debug)]
pub(crate) struct Crew {
    pub(crate) config: Config,
    pub(crate) buffers: Buffers,
    /// The first words to every worker.
    pub(crate) hello: OnceLock<Result<Vec<u8>, StartError>>,
    pub(crate) roster: Mutex<Roster>,
}

/// What became of a call that was submitted.
#[derive(Debug)]
pub(crate) enum Entered<W> {
    /// It has a worker, and this number.
    Given(Link, Request, u64),
    Waiting(Arc<W>),
    Refused(Failure),
}

impl Crew {
    pub(crate) fn new(config: &Config) -> Self {
        let processes = config.processes();
        Self {
            config: *config,
            buffers: Buffers::new(processes),
            hello: OnceLock::new(),
            roster: Mutex::new(Roster::new(processes)),
        }
    }

    /// Gives a call a worker, or a place in the queue as what `wait` makes of it.
    pub(crate) fn enter<W: Waiter>(
        &'static self,
        request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Entered<W> {
        self.admit(self.roster.lock(), request, wait)
    }

    /// A call whose worker died comes again: it gives back its place and gets its old one in the queue, in front. All in one
    /// step, so that nobody finds the pool at rest between the two.
    pub(crate) fn enter_again<W: Waiter>(
        &'static self,
        request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Entered<W> {
        let mut roster = self.roster.lock();
        roster.running -= 1;
        roster.stats.retried += 1;
        self.admit(roster, request, wait)
    }

    fn admit<W: Waiter>(
        &'static self,
        mut roster: MutexGuard<'_, Roster>,
        mut request: Request,
        wait: impl FnOnce(u64, Request) -> Arc<W>,
    ) -> Entered<W> {
        let refused = match roster.phase {
            Phase::Open => false,
            Phase::Closing => request.number.is_none(),
            Phase::Shut => true,
        };
        if refused {
            roster.stats.add(Ended::Refused);
            let wake = roster.rest();
            drop(roster);
            wake_all(wake);
            self.buffers.keep_request(request.frame);
            return Entered::Refused(Failure::Shutdown);
        }
        let id = roster.number();
        let first = request.number.is_none();
        // Numbered even if it does not wait now: it was submitted, and counts as such when it comes again.
        let number = *request.number.get_or_insert(id);
        while let Some(link) = roster.idle.pop() {
            roster.running += 1;
            drop(roster);
            if link.worker.is_quiet() {
                return Entered::Given(link, request, id);
            }
            link.worker.kill();
            roster = self.roster.lock();
            roster.running -= 1;
        }
        let ticket = wait(number, request);
        roster.waiting.insert(number, Arc::<W>::clone(&ticket));
        let todo = roster.settle();
        drop(roster);
        if let (true, Some(limit)) = (first, self.config.queue_timeout) {
            Arc::clone(&ticket).limit(limit);
        }
        self.carry_out(todo);
        Entered::Waiting(ticket)
    }

    /// A worker comes back from a call that ended so.
    pub(crate) fn give_back(&'static self, link: Link, ended: Ended) {
        self.put_back(link, Some(ended));
    }

    /// A worker comes back from a call that had gone when it was to begin.
    pub(crate) fn take_back(&'static self, link: Link) {
        self.put_back(link, None);
    }

    fn put_back(&'static self, mut link: Link, ended: Option<Ended>) {
        let worn = link.leaving || self.config.max_calls.is_some_and(|most| link.calls >= most);
        let mut roster = self.roster.lock();
        roster.running -= 1;
        if let Some(ended) = ended {
            roster.stats.add(ended);
        }
        let mut retire = None;
        // Asked under the lock: a worker that ends after this is found among the idle ones and taken out.
        if worn || !link.worker.is_fit() {
            retire = Some(link);
        } else {
            link.idle_since = self.idle_since();
            roster.idle.push(link);
        }
        self.settle_idle(roster, retire);
    }

    /// From when a worker counts as idle that is so now, if that matters.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        self.config.keep_alive.map(|_| Instant::now())
    }

    /// What follows when there is one more idle worker, beside one that goes.
    pub(super) fn settle_idle(
        &'static self,
        mut roster: MutexGuard<'_, Roster>,
        retire: Option<Link>,
    ) {
        let mut todo = roster.settle();
        let sweep = self.config.keep_alive.filter(|_| roster.must_sweep());
        drop(roster);
        todo.retire.extend(retire);
        self.carry_out(todo);
        if let Some(idle) = sweep {
            timer::after(idle, move || self.sweep(idle));
        }
    }

    /// The worker of a call is gone, and so is its place.
    fn free(&'static self) {
        self.change(|roster| roster.running -= 1);
    }

    /// A call ends with its worker.
    pub(crate) fn died(&'static self) {
        self.change(|roster| {
            roster.running -= 1;
            roster.stats.add(Ended::Died);
        });
    }

    /// A worker is ended with its call. The place of the call is free when the process is gone.
    pub(crate) fn give_up(
        &'static self,
        worker: &Arc<Worker>,
        grace: Option<Duration>,
        ended: Ended,
    ) {
        self.count(ended);
        worker.dismiss(grace);
        if worker.abandon() {
            self.free();
        }
    }

    pub(crate) fn count(&self, ended: Ended) {
        self.roster.lock().stats.add(ended);
    }

    /// A call that waited has ended so.
    pub(crate) fn forget(&self, number: u64, ended: Ended) {
        let mut roster = self.roster.lock();
        let ticket = roster.waiting.remove(&number);
        roster.stats.add(ended);
        let wake = roster.rest();
        drop(roster);
        drop(ticket);
        wake_all(wake);
    }

    /// Retires workers that have been idle for so long, and looks again when the next one may have been.
    fn sweep(&'static self, idle: Duration) {
        let mut roster = self.roster.lock();
        let (old, next) = roster.sweep(idle, Instant::now());
        drop(roster);
        for link in old {
            link.worker.retire_idle();
        }
        if let Some(next) = next {
            timer::after(next, move || self.sweep(idle));
        }
    }

    pub(crate) fn close(&'static self) {
        self.change(|roster| roster.phase = roster.phase.max(Phase::Closing));
    }

    pub(crate) fn shutdown(&'static self) {
        let mut roster = self.roster.lock();
        roster.phase = Phase::Shut;
        let busy = roster.busy();
        let starting = roster.starting_workers.clone();
        let todo = roster.settle();
        drop(roster);
        for worker in busy {
            worker.judge(Verdict::Shutdown);
            worker.dismiss(self.config.grace);
        }
        starting.iter().for_each(Worker::kill);
        self.carry_out(todo);
    }

    pub(crate) fn change(&'static self, change: impl FnOnce(&mut Roster)) {
        let mut roster = self.roster.lock();
        change(&mut roster);
        let todo = roster.settle();
        drop(roster);
        self.carry_out(todo);
    }
}
