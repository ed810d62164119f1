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
    ground::Ground,
    host::Host,
    job::Run,
    queue::{Queue, Verdict},
    quiet::quietly,
    shutdown::Signal,
    stats::{Counts, Ended, Stats},
    sync::{Mutex, MutexGuard},
    waiting::{Delivery, Rescue, Submitted, Waiting},
};

/// What a lane carries.
pub(crate) trait Task: Send + 'static {
    /// Runs it and tells how it ended, before its caller learns. Never unwinds.
    fn run(self, settle: &mut dyn FnMut(Ended));
    /// Ends it unrun.
    fn refuse(self, error: Error);
    /// The call it stands for.
    fn call(&self) -> Option<&Arc<dyn Run>>;
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
        self.admit(self.queue.lock(), job);
    }

    /// Submits, unless `waiting` jobs wait already beside those that can run.
    pub(crate) fn try_submit(self: &Arc<Self>, job: T, waiting: usize) -> Result<(), T> {
        let mut queue = self.queue.lock();
        let mut dead = VecDeque::new();
        if queue.is_full(waiting) {
            dead = queue.take_dead(T::is_dead);
        }
        let sent = if queue.is_full(waiting) && queue.verdict().is_none() {
            drop(queue);
            self.counts.add_refused();
            Err(job)
        } else {
            self.admit(queue, job);
            Ok(())
        };
        for job in dead {
            self.counts.add(Ended::Skipped);
            drop(job);
        }
        sent
    }

    fn admit(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<T>>, job: T) {
        if queue.is_saturated() {
            if let Some(waiting) = body::waiting().and_then(|w| w.find(&self.signal)) {
                queue.begin();
                drop(queue);
                return self.hand_over(job, &waiting);
            }
        }
        let call = job.call().filter(|_| body::is_body()).cloned();
        self.enqueue(queue, job);
        self.note(call);
    }

    fn enqueue(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<T>>, job: T) {
        if let Some(verdict) = queue.verdict() {
            let error = verdict.error();
            drop(queue);
            return self.refuse(job, error);
        }
        queue.push(job);
        let hosts = queue.hosts_to_send();
        drop(queue);
        self.send(hosts);
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

    /// Has a body remember the call it made, if it may have to run it itself: the threads can be taken by others, or by
    /// bodies like this one.
    fn note(self: &Arc<Self>, call: Option<Arc<dyn Run>>) {
        if let Some(call) = call {
            if self.ground.is_here() || body::is_host_of(&self.signal) {
                let to: Arc<dyn Rescue> = Arc::clone(self) as _;
                body::note(Submitted { call, to });
            }
        }
    }

    /// Gives a job to a thread of this lane whose body waits, directly or through others, for this very job.
    fn hand_over(self: &Arc<Self>, job: T, waiting: &Arc<Waiting>) {
        if waiting.is_here() {
            return self.run_in_place(job);
        }
        let lane = Arc::clone(self);
        let delivery: Delivery = Box::new(move |here| {
            if here {
                lane.run_in_place(job);
            } else {
                // The thread waits no more: the job has not begun after all.
                let mut queue = lane.queue.lock();
                queue.end();
                lane.enqueue(queue, job);
            }
        });
        if let Err(delivery) = waiting.deliver(delivery) {
            delivery(false);
        }
    }

    /// Runs a job, counted as begun, on the thread of a body that waits for it.
    fn run_in_place(&self, job: T) {
        job.run(&mut |ended| {
            self.counts.add(ended);
            self.queue.lock().end();
        });
        let idle = self.queue.lock().take_idle_wakers();
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
    pub(crate) fn arrive(self: &Arc<Self>) -> Option<T> {
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

    /// Accounts for the job of a host and takes its next one.
    pub(crate) fn settle(&self, ended: Ended, stay: bool) -> Option<T> {
        self.counts.add(ended);
        let mut queue = self.queue.lock();
        queue.end();
        if stay { queue.pop() } else { None }
    }

    /// A last look of a host at the queue; `None` is its leave.
    pub(crate) fn leave(self: &Arc<Self>, stay: bool) -> Option<T> {
        let mut queue = self.queue.lock();
        let job = if stay { queue.pop() } else { None };
        if job.is_none() {
            queue.host_left();
        }
        let hosts = queue.hosts_to_send();
        let idle = queue.take_idle_wakers();
        let room = queue.spare_room();
        drop(queue);
        drop(room);
        self.send(hosts);
        wake_all(idle);
        job
    }

    /// A host was dropped on its way, which happens only when the threads under the lane are going away.
    pub(crate) fn host_dropped(&self) {
        let mut queue = self.queue.lock();
        queue.host_found();
        queue.host_left();
        drop(queue);
        self.shut_down(&Verdict::Shutdown);
    }
}

impl<T: Task> Rescue for Lane<T> {
    fn rescue(&self, call: &Arc<dyn Run>) {
        let is_it = |job: &T| job.call().is_some_and(|known| Arc::ptr_eq(known, call));
        let mut queue = self.queue.lock();
        let Some(job) = queue.take_out(is_it) else {
            return;
        };
        queue.begin();
        drop(queue);
        self.run_in_place(job);
    }
}

fn wake_all(wakers: Vec<Waker>) {
    for waker in wakers {
        quietly(|| waker.wake());
    }
}
