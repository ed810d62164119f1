//! Queued jobs in the order of arrival. Jobs that die there are removed soon, at an amortized constant cost for each.

use std::collections::VecDeque;

use super::line;

/// How many queued jobs a scan visits for each dead job, so that at most one queued job in `SCANNED_PER_DEATH` is dead.
///
/// The number itself was not measured. The benchmark `abandon` shows that it is enough: of a million calls that were dropped while they
/// were queued 0.00 MB stay, where `spawn_blocking` keeps 176 MB; `docs/benchmarks.md` has it.
const SCANNED_PER_DEATH: usize = 4;

/// Up to this length a queue is scanned whenever one of its calls is dropped, so a short queue keeps no dead job. Not measured: a scan
/// of so few pointers costs little compared with the drop of a call.
const SHORT: usize = 32;

/// The capacity, in jobs, that an empty queue keeps. Not measured: 16 KiB of pointers for each queue.
const KEPT_ROOM: usize = 1024;

/// The number of deaths in a queue since the last scan.
pub(super) struct Deaths(usize);

impl Deaths {
    pub(super) const fn new() -> Self {
        Self(0)
    }

    pub(super) const fn add(&mut self) {
        self.0 += 1;
    }

    /// Whether a queue of that length is to be scanned now.
    pub(super) const fn is_scan_due(&mut self, len: usize) -> bool {
        let due = len <= SHORT || self.0 * SCANNED_PER_DEATH >= len;
        if due {
            self.0 = 0;
        }
        due
    }
}

/// Queued jobs, first in, first out.
pub(crate) struct Fifo<T> {
    pub(super) jobs: VecDeque<T>,
    deaths: Deaths,
}

impl<T> Fifo<T> {
    pub(crate) const fn new() -> Self {
        Self {
            jobs: VecDeque::new(),
            deaths: Deaths::new(),
        }
    }

    pub(crate) fn push(&mut self, job: T) {
        self.jobs.push_back(job);
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        self.jobs.pop_front()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.jobs.iter()
    }

    /// Takes out the job for which `is_it` is true.
    pub(crate) fn take_out(&mut self, is_it: impl Fn(&T) -> bool) -> Option<T> {
        let index = line::find(&self.jobs, is_it)?;
        self.jobs.remove(index)
    }

    /// A job has died. Takes out the jobs that are `dead` at the head, and all dead jobs if enough have died since the last scan. They
    /// must be dropped without holding a lock.
    pub(crate) fn note_death(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        self.deaths.add();
        let mut gone = self.take_dead_head(&dead);
        if self.deaths.is_scan_due(self.jobs.len()) {
            line::take_dead(&mut self.jobs, KEPT_ROOM, dead, &mut gone);
        }
        gone
    }

    /// Takes out the jobs that are `dead` before the first one that is not.
    pub(super) fn take_dead_head(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        let mut gone = Vec::new();
        while self.jobs.front().is_some_and(&dead) {
            gone.extend(self.jobs.pop_front());
        }
        gone
    }

    /// The memory that a burst has left, to be freed outside the lock.
    pub(crate) fn spare_room(&mut self) -> VecDeque<T> {
        if self.jobs.is_empty() && self.jobs.capacity() > KEPT_ROOM {
            std::mem::take(&mut self.jobs)
        } else {
            VecDeque::new()
        }
    }
}
