//! The jobs that wait in a queue. Those that die there are let go of soon, at a cost of a few looks for each.

use std::collections::VecDeque;

use super::{classes::Classes, line, order::JobOrder};
use crate::call::queued_in::LineMark;

/// How many waiting jobs are looked at for each job that dies, so that at most one waiting job in so many is dead.
///
/// The number is a choice. The benchmark `abandon` shows that it is enough: 0.00 MB stay of a million calls that were dropped while
/// they waited, where `spawn_blocking` keeps 176 MB; `docs/benchmarks.md` has it.
const LOOKS: usize = 4;

/// Up to this length a queue is searched whenever one of its calls is dropped, so a short queue keeps no dead job. Not measured: a search
/// of so few pointers costs little beside the drop of a call.
const SHORT: usize = 32;

/// The room for waiting jobs that is kept. Not measured: 16 KiB of pointers for each queue.
const KEPT_ROOM: usize = 1024;

/// Waiting jobs: FIFO, or by class once any job has one.
pub(crate) struct Waiting<T> {
    /// All of them, until the first one with a class.
    pub(super) jobs: VecDeque<T>,
    pub(super) classes: Option<Box<Classes<T>>>,
    /// Deaths since the last look at all of them.
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

    /// All of them, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let classes = self.classes.iter().flat_map(|classes| classes.iter());
        self.jobs.iter().chain(classes)
    }

    /// Takes everything, with the room it was in.
    pub(crate) fn take_all(&mut self) -> VecDeque<T> {
        match &mut self.classes {
            None => std::mem::take(&mut self.jobs),
            Some(classes) => classes.take_all(),
        }
    }

    /// Takes out the one that `is_it`, which was put in with an order of that mark.
    pub(crate) fn take_out(&mut self, line: LineMark, is_it: impl Fn(&T) -> bool) -> Option<T> {
        if let Some(classes) = &mut self.classes {
            return classes.take_out(line, is_it);
        }
        let index = line::find(&self.jobs, is_it)?;
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

    /// The first in order.
    fn front(&self) -> Option<&T> {
        match &self.classes {
            None => self.jobs.front(),
            Some(classes) => classes.front(),
        }
    }

    /// The room left by a burst, to be freed outside the lock.
    pub(crate) fn spare_room(&mut self) -> VecDeque<T> {
        if self.jobs.is_empty() && self.jobs.capacity() > KEPT_ROOM {
            std::mem::take(&mut self.jobs)
        } else {
            VecDeque::new()
        }
    }
}
