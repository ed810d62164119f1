//! The jobs that wait in a queue. Those that die there are let go of soon, at a cost of a few looks for each.

use std::collections::VecDeque;

/// How many waiting jobs each death pays to look at: the dead ones are at most one in so many.
///
/// The benchmark `abandon` in `docs/benchmarks.md` shows what is left of calls that were given up.
const LOOKS: usize = 4;

/// Up to this length a queue is looked through at each death, so that a short one keeps nothing of what has died.
const SHORT: usize = 32;

/// The room for waiting jobs that is kept. Not measured: 16 KiB of pointers for each queue.
const KEPT_ROOM: usize = 1024;

/// Jobs in order of arrival.
pub(crate) struct Waiting<T> {
    jobs: VecDeque<T>,
    /// Deaths since the last look at all of them.
    deaths: usize,
}

impl<T> Waiting<T> {
    pub(crate) const fn new() -> Self {
        Self {
            jobs: VecDeque::new(),
            deaths: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.jobs.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub(crate) fn push(&mut self, job: T) {
        self.jobs.push_back(job);
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        self.jobs.pop_front()
    }

    /// Takes everything, with the room it was in.
    pub(crate) fn take_all(&mut self) -> VecDeque<T> {
        std::mem::take(&mut self.jobs)
    }

    /// Takes out the one that `is_it`.
    pub(crate) fn take_out(&mut self, is_it: impl Fn(&T) -> bool) -> Option<T> {
        let index = self.jobs.iter().position(is_it)?;
        self.jobs.remove(index)
    }

    /// One more has died. Takes out what is `dead` at the head, and everywhere once enough have died to pay for the looks. What
    /// is taken must be dropped where no lock is held.
    pub(crate) fn note_death(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        self.deaths += 1;
        let mut gone = self.take_dead_head(&dead);
        if self.len() <= SHORT || self.deaths * LOOKS >= self.len() {
            self.deaths = 0;
            self.take_dead(dead, &mut gone);
        }
        gone
    }

    /// Takes out what is `dead` before the first that is not.
    pub(crate) fn take_dead_head(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        let mut gone = Vec::new();
        while self.front().is_some_and(&dead) {
            gone.extend(self.jobs.pop_front());
        }
        gone
    }

    fn take_dead(&mut self, dead: impl Fn(&T) -> bool, gone: &mut Vec<T>) {
        for _ in 0..self.jobs.len() {
            match self.jobs.pop_front() {
                Some(job) if dead(&job) => gone.push(job),
                Some(job) => self.jobs.push_back(job),
                None => break,
            }
        }
        // A quarter, so that what is moved has been paid for by those that left.
        if self.jobs.capacity() > KEPT_ROOM.max(4 * self.jobs.len()) {
            self.jobs.shrink_to(KEPT_ROOM.max(2 * self.jobs.len()));
        }
    }

    /// The first in order.
    pub(crate) fn front(&self) -> Option<&T> {
        self.jobs.front()
    }

    /// The room left by a burst, to be freed outside the lock.
    pub(crate) fn spare_room(&mut self) -> VecDeque<T> {
        if self.jobs.is_empty() && self.jobs.capacity() > KEPT_ROOM {
            self.take_all()
        } else {
            VecDeque::new()
        }
    }
}
