//! The pending runners of a queue: requested, but their threads have not arrived.

use std::ops::Range;

#[derive(Default)]
pub(super) struct PendingRunners {
    /// Their numbers. A runner that was given up because the system refused a thread may still arrive.
    runners: Vec<u64>,
    /// The next number.
    next: u64,
    /// Nothing if no runner was overdue, or if it is worth a trial again.
    late: Option<Late>,
}

/// A runner was overdue: perhaps there are no more threads than were here then.
struct Late {
    /// How many others were here.
    here: usize,
    /// How many more arrive before a runner is waited for again.
    trusted: usize,
}

/// So many runners arrive before one is waited for again after one was overdue: the machine may only have been busy. Not measured: if there
/// are no more threads, each of as many arrivals costs a body a small part of the time until a runner is overdue.
const TRUSTED: usize = 64;

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
        if let Some(late) = &mut self.late {
            late.trusted -= 1;
            if here > late.here || late.trusted == 0 {
                self.late = None;
            }
        }
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
    /// at that time, or many have arrived.
    pub(super) fn is_worth_waiting(&mut self, overdue: bool, active: usize) -> bool {
        if self.runners.is_empty() {
            return false;
        }
        if overdue {
            let here = active - self.count();
            self.late.get_or_insert(Late {
                here,
                trusted: TRUSTED,
            });
        }
        self.late.is_none()
    }
}
