//! The pending runners of a queue: requested, but their threads have not arrived.

use std::ops::Range;

#[derive(Default)]
pub(super) struct PendingRunners {
    /// Their numbers. A runner that was given up because the system refused a thread may still arrive.
    runners: Vec<u64>,
    /// The next number.
    next: u64,
    /// How many others were here when one was overdue. Nothing if more have been here at once since then.
    late: Option<usize>,
}

impl PendingRunners {
    pub(super) fn count(&self) -> usize {
        self.runners.len()
    }

    /// Adds `count` runners, and returns their numbers.
    pub(super) fn request(&mut self, count: usize) -> Range<u64> {
        let first = self.next;
        for _ in 0..count {
            self.runners.push(self.next);
            self.next += 1;
        }
        first..self.next
    }

    /// A runner has arrived. `active` counts those that are here or pending: one that was given up counts again.
    pub(super) fn arrived(&mut self, runner: u64, active: &mut usize) {
        if !self.give_up(runner) {
            *active += 1;
        }
        let here = *active - self.count();
        self.late = self.late.filter(|late| here <= *late);
    }

    /// Returns whether it was pending.
    pub(super) fn give_up(&mut self, runner: u64) -> bool {
        let index = self.runners.iter().position(|known| *known == runner);
        index.map(|index| self.runners.swap_remove(index)).is_some()
    }

    /// Gives up any pending runner. Returns false if there is none.
    pub(super) fn give_up_one(&mut self) -> bool {
        self.runners.pop().is_some()
    }

    /// Whether a waiting body should leave its call to a pending runner. Once a runner is `overdue`, false until more runners are here than
    /// at that time: perhaps there are no more threads.
    pub(super) fn is_worth_waiting(&mut self, overdue: bool, active: usize) -> bool {
        if self.runners.is_empty() {
            return false;
        }
        if overdue {
            self.late.get_or_insert(active - self.count());
        }
        self.late.is_none()
    }
}
