//! The runners of a queue that were sent for and have not arrived, and how long others wait for them.

use std::ops::Range;

#[derive(Default)]
pub(super) struct OnTheWay {
    /// By number. A runner that was given up because a thread was refused may still arrive.
    runners: Vec<u64>,
    /// The number of the next one.
    next: u64,
    /// Whether one was overdue, and none has arrived after that.
    late: bool,
}

impl OnTheWay {
    pub(super) fn count(&self) -> usize {
        self.runners.len()
    }

    /// So many more are sent for. Returns their numbers.
    pub(super) fn send(&mut self, count: usize) -> Range<u64> {
        let first = self.next;
        for _ in 0..count {
            self.runners.push(self.next);
            self.next += 1;
        }
        first..self.next
    }

    /// That one has arrived. Returns whether it was known.
    pub(super) fn arrived(&mut self, runner: u64) -> bool {
        self.late = false;
        self.give_up(runner)
    }

    /// Returns whether it was known.
    pub(super) fn give_up(&mut self, runner: u64) -> bool {
        let index = self.runners.iter().position(|known| *known == runner);
        index.map(|index| self.runners.swap_remove(index)).is_some()
    }

    /// Gives up any one, if there is one.
    pub(super) fn give_up_one(&mut self) -> bool {
        self.runners.pop().is_some()
    }

    /// Whether it is worth waiting for one. Once one is `overdue`, none is until the next has arrived.
    pub(super) fn is_worth_waiting(&mut self, overdue: bool) -> bool {
        if self.runners.is_empty() {
            return false;
        }
        self.late |= overdue;
        !self.late
    }
}
