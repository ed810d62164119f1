//! The pool at work: who waits, who is idle, how many live.
//!
//! Every change happens under one lock; what follows from it (a call that begins, a worker that starts, somebody to wake) is
//! collected there and done after it.

use std::{
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use crate::{
    buffers::Buffers,
    config::Config,
    exchange::Exchange,
    failure::{Failure, Trouble},
    keeper,
    link::Link,
    monitor,
    news::{Buried, Verdict},
    quiet::wake_all,
    request::Request,
    roster::{Phase, Roster, Todo},
    stats::{Ended, Stats},
    sync::Mutex,
    ticket::Ticket,
    worker::Worker,
};

/// What a static pool becomes when it is first used.
#[derive(Debug)]
pub(crate) struct Crew {
    pub(crate) config: Config,
    pub(crate) buffers: Buffers,
    roster: Mutex<Roster>,
}

/// What became of a call that was submitted.
#[derive(Debug)]
pub(crate) enum Entered {
    Started(Box<Exchange>),
    Waiting(Arc<Ticket>),
    Refused(Failure),
}

impl Crew {
    pub(crate) fn new(config: &Config) -> Self {
        let processes = config.processes();
        Self {
            config: *config,
            buffers: Buffers::new(processes),
            roster: Mutex::new(Roster::new(processes)),
        }
    }

    /// Gives a call a worker or a place in the queue. One that was here before gets its old place, in front.
    pub(crate) fn enter(&'static self, mut request: Request, cx: &Context<'_>) -> Entered {
        let mut roster = self.roster.lock();
        let refused = match roster.phase {
            Phase::Open => false,
            Phase::Closing => request.number.is_none(),
            Phase::Shut => true,
        };
        if refused {
            roster.stats.add(Ended::Refused);
            return Entered::Refused(Failure::Shutdown);
        }
        let id = roster.number();
        if let Some(link) = roster.idle.pop() {
            roster.running += 1;
            drop(roster);
            return Entered::Started(Exchange::begin(self, link, request, id));
        }
        let first = request.number.is_none();
        let number = *request.number.get_or_insert(id);
        let ticket = Ticket::new(number, request, cx.waker().clone());
        roster.waiting.insert(number, Arc::clone(&ticket));
        let todo = roster.settle();
        drop(roster);
        if let (true, Some(limit)) = (first, self.config.queue_limit) {
            ticket.limit(self, limit);
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
            link.idle_since = self.config.idle_timeout.map(|_| Instant::now());
            roster.idle.push(link);
        }
        let mut todo = roster.settle();
        let sweep = self.config.idle_timeout.filter(|_| roster.must_sweep());
        drop(roster);
        todo.retire.extend(retire);
        self.carry_out(todo);
        if let Some(idle) = sweep {
            keeper::after(idle, move || self.sweep(idle));
        }
    }

    /// A call has no worker any more: it died.
    pub(crate) fn free(&'static self) {
        self.change(|roster| roster.running -= 1);
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

    pub(crate) fn count_retry(&self) {
        self.roster.lock().stats.retried += 1;
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

    /// A process was started, and is not ready yet.
    pub(crate) fn started(&self, worker: &Arc<Worker>) {
        let mut roster = self.roster.lock();
        roster.stats.started += 1;
        roster.starting_workers.push(Arc::clone(worker));
        if roster.phase == Phase::Shut {
            drop(roster);
            worker.kill();
        }
    }

    pub(crate) fn ready(&'static self, worker: &Arc<Worker>) {
        self.change(|roster| roster.ready(worker));
    }

    /// A worker could not be made ready. Calls that still wait for another one are looked at again after the pause.
    pub(crate) fn not_ready(&'static self, worker: Option<Arc<Worker>>, trouble: Trouble) {
        let mut roster = self.roster.lock();
        let pause = roster.not_ready(worker.as_deref(), trouble);
        let todo = roster.settle();
        drop(roster);
        drop(worker);
        self.carry_out(todo);
        keeper::after(pause, || self.change(|_| ()));
    }

    /// A worker has ended. Its sockets are closed before anybody learns of it.
    pub(crate) fn gone(&'static self, worker: Arc<Worker>, buried: Buried) {
        let mut roster = self.roster.lock();
        let link = roster.gone(&worker, &buried);
        let todo = roster.settle();
        drop(roster);
        drop((link, worker));
        self.carry_out(todo);
        wake_all(buried.waker);
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
            keeper::after(next, move || self.sweep(idle));
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

    /// Waits until so many workers are ready.
    pub(crate) fn poll_warm(
        &'static self,
        most: usize,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        let mut roster = self.roster.lock();
        let mut todo = Todo::default();
        let poll = match roster.warm(most, &mut todo) {
            Some(result) => Poll::Ready(result),
            None => roster.watch(cx),
        };
        drop(roster);
        self.carry_out(todo);
        poll
    }

    /// Waits until no call runs and none waits.
    pub(crate) fn poll_idle(&self, cx: &Context<'_>) -> Poll<()> {
        let mut roster = self.roster.lock();
        if roster.rests() {
            return Poll::Ready(());
        }
        roster.watch(cx)
    }

    /// Waits until the last worker of a closed pool is gone.
    pub(crate) fn poll_gone(&self, cx: &Context<'_>) -> Poll<()> {
        let mut roster = self.roster.lock();
        if roster.rests() && roster.total == 0 {
            return Poll::Ready(());
        }
        roster.watch(cx)
    }

    pub(crate) fn has_room(&self) -> bool {
        self.roster.lock().has_room(self.config.queue)
    }

    pub(crate) fn pids(&self) -> Vec<u32> {
        let roster = self.roster.lock();
        roster.workers.iter().map(|worker| worker.id()).collect()
    }

    pub(crate) fn stats(&self) -> Stats {
        self.roster.lock().stats()
    }

    fn change(&'static self, change: impl FnOnce(&mut Roster)) {
        let mut roster = self.roster.lock();
        change(&mut roster);
        let todo = roster.settle();
        drop(roster);
        self.carry_out(todo);
    }

    fn carry_out(&'static self, todo: Todo) {
        for (ticket, link, id) in todo.begin {
            ticket.begin(self, link, id);
        }
        for _ in 0..todo.start {
            monitor::start(self);
        }
        for (ticket, failure) in todo.fail {
            ticket.end(self, failure, Ended::Refused);
        }
        for link in todo.retire {
            link.worker.retire();
        }
        wake_all(todo.wake);
    }
}
