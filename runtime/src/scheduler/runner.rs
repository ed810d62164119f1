//! A host: one visit to a lane's queue by a blocking thread, and the lane's side of it.

use std::{collections::VecDeque, io, ops::Range, sync::Arc};

use super::{
    lane::Lane,
    queue::{Queue, Verdict},
    spawner::{SEARCH, Slice, give_way},
    task::Task,
};
use crate::{
    call::{current, meter::Times, outcome::Ending},
    error::Error,
    sync::MutexGuard,
    unwind::wake_all,
};

/// On its way from `new` to `run`, then at work.
pub(crate) struct Host<T: Task> {
    lane: Arc<Lane<T>>,
    number: u64,
    on_way: bool,
}

impl<T: Task> Host<T> {
    /// Runs jobs until none waits or the slice of time is over.
    pub(crate) fn run(mut self) {
        self.on_way = false;
        let lane = &self.lane;
        if let Err(cause) = lane.ground.set_up_thread() {
            lane.shut_down(&Verdict::Init(cause));
        }
        let occupant = lane.counts.occupy();
        current::host(Arc::clone(lane) as _, || {
            let mut slice = Slice::new(&lane.ground);
            let mut first = true;
            let mut job = lane.arrive(self.number);
            while let Some(this) = job {
                let stay = first || !slice.is_over();
                occupant.set(|| this.call().map(|call| call.site()));
                this.run(&mut |ending, times| {
                    occupant.clear();
                    lane.settle(ending, times);
                });
                job = lane.next(stay, !first);
                first = false;
            }
        });
    }

    /// Gives up before the way began.
    pub(crate) fn give_up(mut self) {
        self.on_way = false;
    }
}

impl<T: Task> Drop for Host<T> {
    fn drop(&mut self) {
        if self.on_way {
            self.lane.host_dropped(self.number);
        }
    }
}

impl<T: Task> Lane<T> {
    pub(crate) fn send(self: &Arc<Self>, hosts: Range<u64>) {
        for number in hosts {
            let host = Host {
                lane: Arc::clone(self),
                number,
                on_way: true,
            };
            if let Err(error) = self.ground.send(host) {
                self.host_refused(number, &error);
            }
        }
    }

    /// A thread could not be had: another host is sent elsewhere, or jobs that no host at work will come to end here.
    fn host_refused(self: &Arc<Self>, host: u64, error: &io::Error) {
        let elsewhere = self.ground.note_refusal();
        let mut queue = self.queue.lock();
        let alone = queue.host_refused(host);
        if alone && elsewhere {
            let hosts = queue.hosts_to_send();
            drop(queue);
            return self.send(hosts);
        }
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
    fn arrive(self: &Arc<Self>, host: u64) -> Option<T> {
        let mut queue = self.queue.lock();
        queue.host_found(host);
        let job = queue.pop();
        if job.is_none() {
            return self.leave(queue);
        }
        let hosts = queue.hosts_to_send();
        drop(queue);
        self.send(hosts);
        job
    }

    /// Accounts for a job, before its caller learns of the end.
    pub(crate) fn settle(&self, ending: Ending, times: Times) {
        self.counts.end(ending, times);
        self.running.end();
    }

    /// The next job of a host that may `stay`. `None` is its leave, after it looked around if it may `search`.
    fn next(self: &Arc<Self>, stay: bool, search: bool) -> Option<T> {
        let mut queue = self.queue.lock();
        if !stay {
            return self.leave(queue);
        }
        let job = queue.pop();
        if job.is_some() {
            return job;
        }
        if search && queue.begin_search() {
            drop(queue);
            return self.search();
        }
        self.leave(queue)
    }

    /// Looks for a job for a while; the pushing side counts on it and sends for nobody else meanwhile.
    fn search(self: &Arc<Self>) -> Option<T> {
        for _ in 0..SEARCH {
            give_way();
            let mut queue = self.queue.lock();
            if let Some(job) = queue.pop() {
                queue.end_search();
                let hosts = queue.hosts_to_send();
                drop(queue);
                self.send(hosts);
                return Some(job);
            }
        }
        let mut queue = self.queue.lock();
        queue.end_search();
        let job = queue.pop();
        if job.is_some() {
            let hosts = queue.hosts_to_send();
            drop(queue);
            self.send(hosts);
            return job;
        }
        self.leave(queue)
    }

    pub(crate) fn leave(self: &Arc<Self>, mut queue: MutexGuard<'_, Queue<T>>) -> Option<T> {
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
    fn host_dropped(&self, host: u64) {
        let mut queue = self.queue.lock();
        queue.host_found(host);
        queue.host_left();
        drop(queue);
        self.shut_down(&Verdict::Shutdown);
    }
}
