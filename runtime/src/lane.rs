//! The lane: a queue of jobs, drained by hosts on blocking threads that belong to somebody else.
//!
//! Waking a thread is what costs, not queueing. So a lane sends for a host only while jobs wait that nobody is on the way
//! for, and never for more than two at once; a host that arrives sends for the next before it runs a body. Short bodies
//! are drained by a host or two, blocking ones bring the hosts up to the cap.
//!
//! Invariant: jobs waiting means hosts on their way, or the cap reached by hosts that will look again.
//! Nothing is sent for, woken, run or dropped while the lock is held.

use std::{collections::VecDeque, io, sync::Arc, task::Waker};

use crate::{
    body,
    error::Error,
    ground::{Ground, Slice},
    queue::{Queue, Verdict},
    quiet::quietly,
    shutdown::Signal,
    stats::{Counts, Ended, Stats},
    sync::Mutex,
};

/// What a lane carries.
pub(crate) trait Task: Send + 'static {
    /// Runs it. Never unwinds.
    fn run(self) -> Ended;
    /// Ends it unrun.
    fn refuse(self, error: Error);
    /// Whether it has ended already.
    fn is_dead(&self) -> bool;
}

/// A queue, the ground its hosts come from, and what they have done.
pub(crate) struct Lane<T> {
    queue: Mutex<Queue<T>>,
    ground: Ground,
    signal: Arc<Signal>,
    counts: Arc<Counts>,
}

impl<T: Task> Lane<T> {
    pub(crate) fn new(ground: Ground, cap: usize, counts: Arc<Counts>) -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::new(Queue::new(cap)),
            ground,
            signal: Arc::default(),
            counts,
        })
    }

    /// Raised when the lane is shut down.
    pub(crate) const fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    pub(crate) const fn ground(&self) -> &Ground {
        &self.ground
    }

    pub(crate) fn submit(self: &Arc<Self>, job: T) {
        let mut queue = self.queue.lock();
        if let Some(verdict) = queue.verdict() {
            let error = verdict.error();
            drop(queue);
            return self.refuse(job, error);
        }
        if queue.is_saturated() && body::waits_on(&self.signal) {
            queue.begin();
            drop(queue);
            return self.run_in_place(job);
        }
        queue.push(job);
        let hosts = queue.hosts_to_send();
        drop(queue);
        self.send(hosts);
    }

    /// Submits, unless `waiting` jobs wait already beside those that can run.
    pub(crate) fn try_submit(self: &Arc<Self>, job: T, waiting: usize) -> Result<(), T> {
        let mut queue = self.queue.lock();
        let mut dead = VecDeque::new();
        if queue.verdict().is_none() && queue.is_full(waiting) {
            dead = queue.take_dead(T::is_dead);
        }
        let full = queue.verdict().is_none() && queue.is_full(waiting);
        drop(queue);
        dead.iter().for_each(|_| self.counts.add(Ended::Skipped));
        drop(dead);
        if full {
            self.counts.add_refused();
            return Err(job);
        }
        self.submit(job);
        Ok(())
    }

    /// Takes no more jobs; those that wait still run.
    pub(crate) fn close(&self, verdict: Verdict) {
        self.queue.lock().close(verdict);
    }

    /// Ends what waits, refuses what comes, and asks running bodies to stop.
    pub(crate) fn shut_down(&self, verdict: &Verdict) {
        let mut queue = self.queue.lock();
        queue.close(verdict.clone());
        let jobs = queue.take_all();
        let idle = queue.take_idle_wakers();
        drop(queue);
        for job in jobs {
            self.refuse(job, verdict.error());
        }
        self.signal.raise();
        wake_all(idle);
    }

    pub(crate) fn set_cap(self: &Arc<Self>, cap: usize) {
        let mut queue = self.queue.lock();
        queue.set_cap(cap);
        let hosts = queue.hosts_to_send();
        drop(queue);
        self.send(hosts);
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

    /// What waits, what runs, and the hosts at work.
    pub(crate) fn stats(&self) -> Stats {
        let queue = self.queue.lock();
        Stats {
            queued: queue.waiting(),
            running: queue.running(),
            threads: queue.hosts_here(),
            ..Stats::default()
        }
    }

    fn refuse(&self, job: T, error: Error) {
        self.counts.add_refused();
        job.refuse(error);
    }

    /// Runs a job on the thread of a body that waits for it, which holds a place of this lane.
    fn run_in_place(&self, job: T) {
        self.counts.add(job.run());
        let mut queue = self.queue.lock();
        queue.end();
        let idle = queue.take_idle_wakers();
        drop(queue);
        wake_all(idle);
    }

    fn send(self: &Arc<Self>, hosts: usize) {
        for _ in 0..hosts {
            if let Err(error) = self.ground.send(Host::new(self)) {
                self.host_refused(&error);
            }
        }
    }

    /// A thread could not be had: jobs that no host at work will come to end here.
    fn host_refused(&self, error: &io::Error) {
        let mut queue = self.queue.lock();
        let alone = queue.host_refused();
        let jobs = if alone {
            queue.take_all()
        } else {
            VecDeque::new()
        };
        let idle = queue.take_idle_wakers();
        drop(queue);
        for job in jobs {
            let copy = io::Error::new(error.kind(), error.to_string());
            self.refuse(job, Error::Thread(copy));
        }
        wake_all(idle);
    }

    /// A host has arrived: takes its first job after sending for the next host.
    fn arrive(self: &Arc<Self>) -> Option<T> {
        let mut queue = self.queue.lock();
        queue.host_found();
        let job = queue.pop();
        if job.is_none() {
            queue.host_left();
        }
        let hosts = queue.hosts_to_send();
        drop(queue);
        self.send(hosts);
        job
    }

    /// Accounts for the job of a host and takes its next one; `None` is the host's leave.
    fn next(self: &Arc<Self>, ended: Ended, over: bool) -> Option<T> {
        self.counts.add(ended);
        let mut queue = self.queue.lock();
        queue.end();
        let stay = !over && !queue.is_crowded();
        let job = if stay { queue.pop() } else { None };
        if job.is_some() {
            return job;
        }
        queue.host_left();
        let hosts = queue.hosts_to_send();
        let idle = queue.take_idle_wakers();
        let room = queue.spare_room();
        drop(queue);
        drop(room);
        self.send(hosts);
        wake_all(idle);
        None
    }

    /// A host was dropped on its way, which happens only when the threads under the lane are going away.
    fn host_dropped(&self) {
        let mut queue = self.queue.lock();
        queue.host_found();
        queue.host_left();
        drop(queue);
        self.shut_down(&Verdict::Shutdown);
    }
}

fn wake_all(wakers: Vec<Waker>) {
    for waker in wakers {
        quietly(|| waker.wake());
    }
}

/// One visit to a lane's queue by a blocking thread.
pub(crate) struct Host<T: Task> {
    lane: Arc<Lane<T>>,
    arrived: bool,
}

impl<T: Task> Host<T> {
    fn new(lane: &Arc<Lane<T>>) -> Self {
        Self {
            lane: Arc::clone(lane),
            arrived: false,
        }
    }

    /// Runs jobs until none waits or the slice of time is over.
    pub(crate) fn run(mut self) {
        self.arrived = true;
        let lane = &self.lane;
        if let Err(cause) = lane.ground.set_up_thread() {
            lane.shut_down(&Verdict::Init(cause));
        }
        body::host(&lane.signal, || {
            let slice = Slice::begin(&lane.ground);
            let mut job = lane.arrive();
            while let Some(this) = job {
                let ended = this.run();
                job = lane.next(ended, slice.is_over());
            }
        });
    }
}

impl<T: Task> Drop for Host<T> {
    fn drop(&mut self) {
        if !self.arrived {
            self.lane.host_dropped();
        }
    }
}
