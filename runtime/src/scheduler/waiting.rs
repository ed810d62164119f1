//! The jobs in a queue. Jobs that die there are removed soon, at an amortized constant cost for each.

use std::collections::VecDeque;

use super::{classes::Classes, line, order::JobOrder};
use crate::call::queued_in::LineMark;

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

/// Queued jobs: FIFO, or by class once any job has one.
pub(crate) struct Waiting<T> {
    /// All jobs, until the first one with a class is pushed.
    pub(super) jobs: VecDeque<T>,
    pub(super) classes: Option<Box<Classes<T>>>,
    /// The number of deaths since the last scan.
    deaths: usize,
}

impl<T> Waiting<T> {
    pub(crate) const fn new() -> Self {
        Self {
            jobs: VecDeque::new(),
            classes: None,
            deaths: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        let classes = self.classes.as_ref().map_or(0, |classes| classes.len());
        self.jobs.len() + classes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn push(&mut self, job: T) {
        self.push_as(job, JobOrder::default());
    }

    pub(crate) fn push_as(&mut self, job: T, order: JobOrder) {
        match &mut self.classes {
            Some(classes) => classes.push(job, order),
            None if order == JobOrder::default() => self.jobs.push_back(job),
            None => {
                let plain = std::mem::take(&mut self.jobs);
                let classes = self.classes.insert(Box::new(Classes::new(plain)));
                classes.push(job, order);
            }
        }
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        match &mut self.classes {
            None => self.jobs.pop_front(),
            Some(classes) => classes.pop(),
        }
    }

    /// All jobs, unordered.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let classes = self.classes.iter().flat_map(|classes| classes.iter());
        self.jobs.iter().chain(classes)
    }

    /// Takes all jobs, with the memory of the queue.
    pub(crate) fn take_all(&mut self) -> VecDeque<T> {
        match &mut self.classes {
            None => std::mem::take(&mut self.jobs),
            Some(classes) => classes.take_all(),
        }
    }

    /// Takes out the job for which `is_it` is true, from a line with that mark.
    pub(crate) fn take_out(&mut self, line: LineMark, is_it: impl Fn(&T) -> bool) -> Option<T> {
        if let Some(classes) = &mut self.classes {
            return classes.take_out(line, is_it);
        }
        let index = line::find(&self.jobs, is_it)?;
        self.jobs.remove(index)
    }

    /// A job has died. Takes out the jobs that are `dead` at the head, and all dead jobs if enough have died since the last scan. They
    /// must be dropped without holding a lock.
    pub(crate) fn note_death(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        self.deaths += 1;
        let mut gone = self.take_dead_head(&dead);
        if self.len() <= SHORT || self.deaths * SCANNED_PER_DEATH >= self.len() {
            self.deaths = 0;
            self.take_dead(dead, &mut gone);
        }
        gone
    }

    /// Takes out the jobs that are `dead` before the first one that is not.
    pub(crate) fn take_dead_head(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        let mut gone = Vec::new();
        while self.front().is_some_and(&dead) {
            gone.extend(match &mut self.classes {
                None => self.jobs.pop_front(),
                Some(classes) => classes.take_front(),
            });
        }
        gone
    }

    fn take_dead(&mut self, dead: impl Fn(&T) -> bool, gone: &mut Vec<T>) {
        match &mut self.classes {
            None => line::take_dead(&mut self.jobs, KEPT_ROOM, dead, gone),
            Some(classes) => classes.take_dead(dead, gone),
        }
    }

    /// The next job.
    fn front(&self) -> Option<&T> {
        match &self.classes {
            None => self.jobs.front(),
            Some(classes) => classes.front(),
        }
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
