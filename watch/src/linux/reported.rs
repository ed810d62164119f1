//! Remembers the thread that a report was about, and how it waited. While it still waits there, or computes, it is not looked at again.

use super::thread::{Place, State, Tid};

/// The thread that was reported.
#[derive(Debug)]
pub(crate) struct Reported {
    pub(crate) tid: Tid,
    state: State,
    /// Whether the whole process has stood still since then. That wakes waiting threads for a moment.
    pub(crate) was_woken: bool,
}

impl Reported {
    pub(crate) fn new(tid: Tid, state: State) -> Self {
        Self {
            tid,
            state,
            was_woken: false,
        }
    }

    /// Whether a thread that is now in `state` is still in the wait that was reported, or still computes.
    pub(crate) fn is_still(&mut self, state: &State) -> bool {
        if self.state.place == Place::Running {
            // It was stopped for the look, which counts as a sleep.
            return state.place == Place::Running || state.is_stopped;
        }
        if !self.was_woken {
            return state.is_still(&self.state);
        }
        if state.place == Place::Running || state.is_stopped {
            // It has not gone to sleep again.
            return true;
        }
        let is_same = stack_and_code(state) == stack_and_code(&self.state);
        // A look takes several steps, and the thread may go to sleep again between them. It counts as waiting when two looks agree.
        self.was_woken = is_same && state.switches != self.state.switches;
        if self.was_woken {
            self.state = state.clone();
        }
        is_same
    }
}

/// What tells one wait from another. The system call does not: the kernel may continue a wait by another one.
fn stack_and_code(state: &State) -> Option<(u64, u64)> {
    match state.place {
        Place::Running => None,
        Place::Sleeping { sp, pc, .. } => Some((sp, pc)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Reported, State};

    fn waits(syscall: i64, sp: u64, switches: u64) -> State {
        State::now(Place::Sleeping { syscall, sp, pc: 2 }, switches)
    }

    #[test]
    fn who_has_gone_to_sleep_again_has_moved() {
        let mut reported = Reported::new(1, waits(202, 1, 7));
        assert!(reported.is_still(&waits(202, 1, 7)));
        assert!(!reported.is_still(&waits(202, 1, 8)));
        assert!(!reported.is_still(&State::now(Place::Running, 7)));
    }

    #[test]
    fn who_computes_has_moved_when_it_sleeps() {
        let mut reported = Reported::new(1, State::now(Place::Running, 7));
        assert!(reported.is_still(&State::now(Place::Running, 9)));
        assert!(!reported.is_still(&waits(202, 1, 9)));
    }

    #[test]
    fn who_was_woken_because_all_stood_still_waits_for_the_same() {
        let mut reported = Reported::new(1, waits(202, 1, 7));
        reported.was_woken = true;
        assert!(
            reported.is_still(&State::now(Place::Running, 8)),
            "on its way"
        );
        assert!(reported.is_still(&waits(219, 1, 9)));
        assert!(reported.is_still(&waits(219, 1, 9)));
        assert!(!reported.is_still(&waits(219, 1, 10)), "woken by another");
    }

    #[test]
    fn who_was_seen_while_it_went_to_sleep_again_waits_for_the_same() {
        let mut reported = Reported::new(1, waits(202, 1, 7));
        reported.was_woken = true;
        assert!(reported.is_still(&waits(202, 1, 8)), "not quite asleep");
        assert!(reported.is_still(&waits(202, 1, 9)));
        assert!(reported.is_still(&waits(202, 1, 9)));
        assert!(!reported.is_still(&waits(202, 1, 10)), "woken by another");
    }

    #[test]
    fn who_waits_elsewhere_after_all_stood_still_has_moved() {
        let mut reported = Reported::new(1, waits(202, 1, 7));
        reported.was_woken = true;
        assert!(!reported.is_still(&waits(202, 5, 9)));
    }
}
