//! The jobs in a queue: first in, first out, or by class once any job has one.

use std::collections::VecDeque;

use super::{
    classes::Classes,
    fifo::{Deaths, Fifo},
    order::JobOrder,
};
use crate::call::queued_in::LineMark;

/// Queued jobs. Jobs that die there are removed soon, at an amortized constant cost for each.
pub(crate) struct Waiting<T> {
    /// All jobs, until the first one with a class is pushed.
    pub(super) plain: Fifo<T>,
    pub(super) classes: Option<Box<Classes<T>>>,
    /// Deaths among the classes.
    deaths: Deaths,
}

impl<T> Waiting<T> {
    pub(crate) const fn new() -> Self {
        Self {
            plain: Fifo::new(),
            classes: None,
            deaths: Deaths::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        let classes = self.classes.as_ref().map_or(0, |classes| classes.len());
        self.plain.jobs.len() + classes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn push_as(&mut self, job: T, order: JobOrder) {
        match &mut self.classes {
            Some(classes) => classes.push(job, order),
            None if order == JobOrder::default() => self.plain.push(job),
            None => {
                let plain = std::mem::take(&mut self.plain.jobs);
                let classes = self.classes.insert(Box::new(Classes::new(plain)));
                classes.push(job, order);
            }
        }
    }

    pub(crate) fn pop(&mut self) -> Option<T> {
        match &mut self.classes {
            None => self.plain.pop(),
            Some(classes) => classes.pop(),
        }
    }

    /// All jobs, unordered.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let classes = self.classes.iter().flat_map(|classes| classes.iter());
        self.plain.iter().chain(classes)
    }

    /// Takes all jobs, with the memory of the queue.
    pub(crate) fn take_all(&mut self) -> VecDeque<T> {
        match &mut self.classes {
            None => std::mem::take(&mut self.plain.jobs),
            Some(classes) => classes.take_all(),
        }
    }

    /// Takes out the job for which `is_it` is true, from a line with that mark.
    pub(crate) fn take_out(&mut self, line: LineMark, is_it: impl Fn(&T) -> bool) -> Option<T> {
        match &mut self.classes {
            None => self.plain.take_out(is_it),
            Some(classes) => classes.take_out(line, is_it),
        }
    }

    /// A job has died. Takes out the jobs that are `dead` at the head, and all dead jobs if enough have died since the last scan. They
    /// must be dropped without holding a lock.
    pub(crate) fn note_death(&mut self, dead: impl Fn(&T) -> bool) -> Vec<T> {
        let Some(classes) = &mut self.classes else {
            return self.plain.note_death(dead);
        };
        self.deaths.add();
        let mut gone = classes.take_dead_head(&dead);
        if self.deaths.is_scan_due(classes.len()) {
            classes.take_dead(dead, &mut gone);
        }
        gone
    }

    /// The memory that a burst has left, to be freed outside the lock.
    pub(crate) fn spare_room(&mut self) -> VecDeque<T> {
        self.plain.spare_room()
    }
}
