//! A runner: one visit of a thread to a lane; and the operations of a lane for its runners.

use std::{collections::VecDeque, io, ops::Range, sync::Arc};

use super::{
    close::CloseReason,
    ends::BodySlot,
    lane::Lane,
    queue::{FAN_OUT, Queue},
    search::Jobs,
    spawner::{SEARCH, STANDBY, TimeSlice, yield_now},
    standby_time::StandbyTime,
    task::{Task, run_once},
};
use crate::{
    call::{current, meter::Times, outcome::Ending},
    error::Error,
    sync::MutexGuard,
    unwind::wake_all,
};

/// Pending until `run` is called.
pub(crate) struct Runner<T: Task> {
    lane: Arc<Lane<T>>,
    number: u64,
    pending: bool,
}

impl<T: Task> Runner<T> {
    /// Runs jobs until its time slice is over, or none came for a while.
    pub(crate) fn run(mut self) {
        self.pending = false;
        let lane = &self.lane;
        if let Err(cause) = lane.spawner.set_up_thread() {
            lane.shut_down(&CloseReason::Init(cause));
        }
        let mut slice = TimeSlice::new(&lane.spawner);
        let mut time = StandbyTime::new(&lane.spawner, STANDBY);
        let mut runner = self.number;
        loop {
            let jobs = lane.run_jobs(runner, &mut slice);
            if !jobs.came_alone() || !slice.allows(STANDBY) {
                return;
            }
            let Some(next) = lane.standby.wait(&mut time) else {
                return;
            };
            runner = next;
        }
    }
}

impl<T: Task> Drop for Runner<T> {
    fn drop(&mut self) {
        if self.pending {
            self.lane.runner_dropped(self.number);
        }
    }
}

impl<T: Task> Lane<T> {
    /// Runs jobs on this thread, as that `runner`, until none waits or the time `slice` is over.
    fn run_jobs(self: &Arc<Self>, runner: u64, slice: &mut TimeSlice) -> Jobs {
        let occupant = self.counts.occupy();
        let mut jobs = Jobs::default();
        current::on_thread_of(Arc::clone(self) as _, || {
            let mut job = self.arrive(runner, &mut jobs);
            while let Some(this) = job {
                let stay = jobs.ended == 0 || !slice.is_over();
                occupant.set(|| this.call().map(|call| call.site()));
                run_once(this, &mut |ending, times| {
                    occupant.clear();
                    self.settle(BodySlot::Runner, ending, times);
                });
                jobs.end();
                job = self.next(stay, &mut jobs);
            }
        });
        jobs
    }

    /// Unlocks the queue, and requests the runners that it needs now.
    pub(crate) fn unlock_and_request(self: &Arc<Self>, queue: MutexGuard<'_, Queue<T>>) {
        self.unlock_and_expect(queue, FAN_OUT);
    }

    /// Unlocks the queue, and requests runners until `expected` are pending, if there are jobs for them.
    pub(crate) fn unlock_and_expect(
        self: &Arc<Self>,
        mut queue: MutexGuard<'_, Queue<T>>,
        expected: usize,
    ) {
        let runners = queue.runners_to_request(expected);
        let waits = self.is_to_be_watched(&queue);
        drop(queue);
        if !runners.is_empty() {
            self.request(runners);
        }
        self.watch_if(waits);
    }

    /// Whether queued calls may have to wait until a body ends, and the monitor does not know of them yet. The number of threads of a
    /// runtime is unknown, so any running body may be what they wait for, or closures of others if two wait while none runs.
    fn is_to_be_watched(&self, queue: &Queue<T>) -> bool {
        if self.standstill.is_watched() {
            return false;
        }
        let jobs = queue.jobs.len();
        if self.spawner.is_borrowed() {
            return jobs > 1 || jobs > 0 && queue.running() > 0;
        }
        jobs > 0 && queue.is_saturated() && queue.running() > 0
    }

    fn watch_if(self: &Arc<Self>, waits: bool) {
        if waits {
            self.standstill.watch(|| Arc::clone(self) as _);
        }
    }

    fn request(self: &Arc<Self>, runners: Range<u64>) {
        for number in runners {
            if self.standby.wake(number) {
                continue;
            }
            let visit = || {
                let runner = Runner {
                    lane: Arc::clone(self),
                    number,
                    pending: true,
                };
                move || runner.run()
            };
            if let Err(error) = self.spawner.send(visit) {
                self.runner_refused(number, &error);
            }
        }
        // A hook on the new thread may wait for one of the jobs.
        self.watch_if(self.spawner.has_started_hooks());
    }

    /// The system refused a thread. If no runner is left, the queued jobs are refused.
    fn runner_refused(&self, runner: u64, error: &io::Error) {
        let mut queue = self.queue.lock();
        let alone = queue.runner_refused(runner);
        let jobs = if alone {
            queue.take_all()
        } else {
            VecDeque::new()
        };
        let left = queue.job_left();
        drop(queue);
        drop(left);
        let copy = || io::Error::new(error.kind(), error.to_string());
        self.refuse_all(jobs, || Error::Thread(copy()));
    }

    /// A runner has arrived. It requests the next runner and takes its first job.
    fn arrive(self: &Arc<Self>, runner: u64, jobs: &mut Jobs) -> Option<T> {
        let mut queue = self.queue.lock();
        queue.runner_arrived(runner);
        let job = queue.pop();
        if job.is_none() {
            return self.leave_after(jobs, queue);
        }
        self.unlock_and_request_next(queue);
        job
    }

    /// Unlocks the queue after a job was taken out, and requests the runners that it needs now.
    fn unlock_and_request_next(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<T>>) {
        let left = queue.job_left();
        self.unlock_and_request(queue);
        drop(left);
    }

    /// Counts a job as ended, before its caller can see that.
    pub(crate) fn settle(&self, slot: BodySlot, ending: Ending, times: Times) {
        self.counts.end(ending, times);
        if ending == Ending::Cancelled {
            self.dead.remove();
        }
        self.ended.add(slot);
    }

    /// The next job of a runner that may `stay` and has run `jobs`. `None`: the runner leaves.
    fn next(self: &Arc<Self>, stay: bool, jobs: &mut Jobs) -> Option<T> {
        let mut queue = self.queue.lock();
        if !stay {
            return self.leave_after(jobs, queue);
        }
        let job = queue.pop();
        if job.is_some() {
            let waits = self.is_to_be_watched(&queue);
            let left = queue.job_left();
            drop(queue);
            drop(left);
            self.watch_if(waits);
            return job;
        }
        if queue.search.is_worth_it(jobs) && queue.search.begin() {
            drop(queue);
            jobs.since_search = 0;
            return self.search(jobs);
        }
        self.leave_after(jobs, queue)
    }

    /// Checks the queue repeatedly for a short time. Submitters rely on that, and request no other runner meanwhile.
    fn search(self: &Arc<Self>, jobs: &mut Jobs) -> Option<T> {
        for _ in 0..SEARCH {
            yield_now();
            let mut queue = self.queue.lock();
            if let Some(job) = queue.pop() {
                queue.search.end();
                self.unlock_and_request_next(queue);
                return Some(job);
            }
        }
        let mut queue = self.queue.lock();
        queue.search.end();
        let job = queue.pop();
        if job.is_some() {
            self.unlock_and_request_next(queue);
            return job;
        }
        self.leave_after(jobs, queue)
    }

    /// Leaves after these jobs.
    fn leave_after(
        self: &Arc<Self>,
        jobs: &mut Jobs,
        queue: MutexGuard<'_, Queue<T>>,
    ) -> Option<T> {
        jobs.last = queue.is_last_runner();
        self.leave(queue)
    }

    pub(crate) fn leave(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<T>>) -> Option<T> {
        queue.runner_left();
        let runners = queue.runners_to_request(FAN_OUT);
        let idle = queue.take_idle_wakers();
        let room = queue.jobs.spare_room();
        let left = queue.job_left();
        drop(queue);
        drop((room, left));
        self.request(runners);
        wake_all(idle);
        None
    }

    /// A pending runner was dropped. That happens only when the runtime or the pool of its threads shuts down.
    fn runner_dropped(&self, runner: u64) {
        let mut queue = self.queue.lock();
        queue.runner_arrived(runner);
        queue.runner_left();
        drop(queue);
        self.shut_down(&CloseReason::Shutdown);
    }
}
