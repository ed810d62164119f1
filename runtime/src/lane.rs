//! The lane: a queue of jobs, drained by hosts on blocking threads that belong to somebody else.
//!
//! Waking a thread is what costs, not queueing. So a lane sends for a host only while jobs wait that nobody is on the way
//! for, and never for more than `FAN_OUT` at once; a host that arrives sends for the next before it runs a body. Short
//! bodies are drained by a host or two, blocking ones bring the hosts up to the cap.
//!
//! Invariant: jobs waiting means hosts on their way, or the cap reached by hosts that will look again.
//! Nothing is sent for, woken, run or dropped while the lock is held.

use std::{collections::VecDeque, mem, sync::Arc};

use crate::{
    body,
    error::Error,
    ground::{Ground, Slice},
    shutdown::Signal,
    sync::Mutex,
};

/// The most hosts that are on their way at once. One makes bursts slower, more brings back a wake-up for each call.
const FAN_OUT: usize = 2;

/// The room for waiting jobs that an idle lane keeps.
const KEPT_ROOM: usize = 1024;

/// What a lane carries.
pub(crate) trait Task: Send + 'static {
    /// Runs it. Never unwinds.
    fn run(self);
    /// Ends it unrun.
    fn refuse(self, error: Error);
}

/// A queue and the account of its hosts.
pub(crate) struct Lane<T> {
    state: Mutex<State<T>>,
    ground: Ground,
    signal: Arc<Signal>,
}

struct State<T> {
    jobs: VecDeque<T>,
    /// Hosts at work or on their way; never over `cap`, unless the cap was lowered.
    active: usize,
    /// Hosts on their way.
    coming: usize,
    /// Hosts given up as lost because a thread was refused, which may turn up all the same.
    lost: usize,
    cap: usize,
    closed: bool,
}

impl<T: Task> Lane<T> {
    pub(crate) fn new(ground: Ground, cap: usize) -> Arc<Self> {
        let state = State {
            jobs: VecDeque::new(),
            active: 0,
            coming: 0,
            lost: 0,
            cap,
            closed: false,
        };
        Arc::new(Self {
            state: Mutex::new(state),
            ground,
            signal: Arc::default(),
        })
    }

    /// Raised when the lane is closed.
    pub(crate) const fn signal(&self) -> &Arc<Signal> {
        &self.signal
    }

    pub(crate) fn submit(self: &Arc<Self>, job: T) {
        let mut state = self.state.lock();
        if state.closed {
            drop(state);
            return job.refuse(Error::Shutdown);
        }
        state.jobs.push_back(job);
        let hosts = state.hosts_to_send();
        drop(state);
        self.send(hosts);
    }

    /// Ends what waits, refuses what comes, and asks running bodies to stop.
    pub(crate) fn close(&self) {
        let jobs = {
            let mut state = self.state.lock();
            state.closed = true;
            mem::take(&mut state.jobs)
        };
        for job in jobs {
            job.refuse(Error::Shutdown);
        }
        self.signal.raise();
    }

    fn send(self: &Arc<Self>, hosts: usize) {
        for _ in 0..hosts {
            if let Err(error) = self.ground.send(Host::new(self)) {
                self.host_refused(error);
            }
        }
    }

    /// A thread could not be had: jobs that no host at work will come to end here.
    fn host_refused(&self, error: Error) {
        let mut state = self.state.lock();
        state.coming -= 1;
        state.active -= 1;
        state.lost += 1;
        let jobs = if state.active == 0 {
            mem::take(&mut state.jobs)
        } else {
            VecDeque::new()
        };
        drop(state);
        let text = error.to_string();
        let mut error = Some(error);
        for job in jobs {
            let again = || Error::Thread(std::io::Error::other(text.clone()));
            job.refuse(error.take().unwrap_or_else(again));
        }
    }

    /// A host has arrived: takes its first job after sending for the next host.
    fn arrive(self: &Arc<Self>) -> Option<T> {
        let mut state = self.state.lock();
        state.host_found();
        let job = state.jobs.pop_front();
        let hosts = state.hosts_to_send();
        if job.is_none() {
            state.active -= 1;
        }
        drop(state);
        self.send(hosts);
        job
    }

    /// The next job of a host at work, or its leave.
    fn next(&self) -> Option<T> {
        let mut state = self.state.lock();
        let job = state.jobs.pop_front();
        if job.is_none() {
            state.active -= 1;
            let room = state.spare_room();
            drop(state);
            drop(room);
        }
        job
    }

    /// A host gives its thread back with jobs still waiting.
    fn leave(self: &Arc<Self>) {
        let mut state = self.state.lock();
        state.active -= 1;
        let hosts = state.hosts_to_send();
        drop(state);
        self.send(hosts);
    }

    /// A host was dropped on its way, which happens only when the threads under the lane are going away.
    fn host_dropped(&self) {
        let mut state = self.state.lock();
        state.host_found();
        state.active -= 1;
        drop(state);
        self.close();
    }
}

impl<T> State<T> {
    /// Counts the hosts to be sent for now as on their way.
    fn hosts_to_send(&mut self) -> usize {
        let wanted = self.jobs.len().min(FAN_OUT).saturating_sub(self.coming);
        let hosts = wanted.min(self.cap.saturating_sub(self.active));
        self.coming += hosts;
        self.active += hosts;
        hosts
    }

    /// A host has ended its way. Hosts are alike, so a lost one that turns up stands for any other.
    fn host_found(&mut self) {
        if self.lost > 0 {
            self.lost -= 1;
            self.active += 1;
        } else {
            self.coming -= 1;
        }
    }

    /// The room left by a burst, to be freed by the caller outside the lock.
    fn spare_room(&mut self) -> VecDeque<T> {
        if self.jobs.is_empty() && self.jobs.capacity() > KEPT_ROOM {
            mem::take(&mut self.jobs)
        } else {
            VecDeque::new()
        }
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
        body::host(&lane.signal, || {
            let slice = Slice::begin();
            let mut job = lane.arrive();
            while let Some(this) = job {
                this.run();
                if slice.is_over() {
                    return lane.leave();
                }
                job = lane.next();
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
