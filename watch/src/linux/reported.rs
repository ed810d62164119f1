//! Remembers the threads that reports were about, and how they waited. While one still waits there, or computes, it is not looked at again.

use std::mem;

use super::thread::{Execution, State, Tid};
use crate::worker_times::Stay;

/// The threads that were reported.
#[derive(Debug, Default)]
pub(crate) struct AllReported(Vec<Reported>);

/// A thread that was reported.
#[derive(Debug)]
pub(crate) struct Reported {
    tid: Tid,
    state: State,
    /// Whether the whole process has stood still since then. That wakes waiting threads for a moment.
    was_woken: bool,
    /// The worker that it is taken for. It is examined when the thread goes on.
    worker: Option<Stay>,
    /// The workers that it may be.
    may_be: Vec<Stay>,
    /// How many looks in a row have found it asleep, without having woken between them.
    asleep: u32,
    /// Whether it has gone on since it was reported.
    has_gone_on: bool,
    /// Whether it was going on all the time. Then it is not looked at whenever it goes on, but when it stays somewhere.
    is_restless: bool,
}

impl AllReported {
    pub(crate) fn insert(&mut self, reported: Reported) {
        self.0.retain(|it| it.tid != reported.tid);
        self.0.push(reported);
    }

    /// Whether this thread was reported, and is still there.
    pub(crate) fn is_still(&mut self, tid: Tid, state: &State) -> bool {
        let mut same = self.0.iter_mut().filter(|it| it.tid == tid);
        same.any(|it| !it.has_gone_on && it.is_still(state))
    }

    /// Whether this thread, which was reported, has slept since the counters were read before.
    pub(crate) fn has_slept(&self, tid: Tid) -> bool {
        self.0.iter().any(|it| it.tid == tid && it.has_slept())
    }

    /// Everything stood still. That woke waiting threads for a moment, and they wait for the same again.
    pub(crate) fn note_pause(&mut self) {
        for reported in &mut self.0 {
            reported.was_woken = true;
        }
    }

    /// Looks at the threads, and returns the workers that those are taken for that have gone on and so should be examined. A thread that
    /// slept while the worker that it was taken for returned is another one. Threads that have gone on are looked at while something is
    /// known of them.
    pub(crate) fn pass(
        &mut self,
        state_of: impl Fn(Tid) -> Option<State>,
        is_away: impl Fn(Stay) -> bool,
        is_known: impl Fn(Tid) -> bool,
    ) -> Vec<usize> {
        let mut free = Vec::new();
        self.0.retain_mut(|it| {
            let state = state_of(it.tid);
            let exists = state.is_some();
            if state.is_none_or(|state| it.pass(state, &is_away)) {
                free.extend(it.worker.take());
            }
            exists && (!it.has_gone_on || it.worker.is_some_and(&is_away) || is_known(it.tid))
        });
        for index in 0..self.0.len() {
            if self.0[index].worker.is_some_and(|stay| !is_away(stay)) {
                let is_taken = |stay: &Stay| self.0.iter().any(|it| it.worker == Some(*stay));
                let stays = !self.0[index].has_gone_on;
                let mut others = self.0[index].may_be.iter().filter(|it| !is_taken(it));
                self.0[index].worker = others.next().copied().filter(|_| stays);
            }
        }
        let holds = |worker: &Stay| self.0.iter().any(|it| it.worker == Some(*worker));
        free.retain(|worker| is_away(*worker) && !holds(worker));
        free.into_iter().map(|it| it.worker).collect()
    }

    /// The workers that the threads are taken for.
    pub(crate) fn workers(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().filter_map(|it| Some(it.worker?.worker))
    }
}

impl Reported {
    /// A thread that is taken for this worker and may be those. If not `is_still`, it has just gone on, and if not `is_told`, nothing was
    /// reported of what it does now.
    pub(crate) fn new(
        (tid, state): (Tid, State),
        (worker, may_be): (usize, &[Stay]),
        (is_still, is_told): (bool, bool),
    ) -> Self {
        Self {
            tid,
            state,
            was_woken: false,
            worker: may_be.iter().find(|it| it.worker == worker).copied(),
            may_be: may_be.to_vec(),
            asleep: is_still.into(),
            has_gone_on: !is_told,
            is_restless: !is_still,
        }
    }

    /// Whether it has slept since the counters were read before, and not just since the look that followed.
    fn has_slept(&self) -> bool {
        self.asleep > 1
    }

    /// Looks at it again. Returns whether its worker should be examined.
    fn pass(&mut self, state: State, is_away: impl Fn(Stay) -> bool) -> bool {
        if state.is_still(&self.state) {
            self.asleep = self.asleep.saturating_add(1);
            self.may_be.retain(|stay| is_away(*stay));
            return mem::take(&mut self.is_restless) && self.has_gone_on;
        }
        self.asleep = 0;
        // After a pause of everything, or while it computes, it may have returned.
        let stays = !self.has_gone_on
            && !self.is_restless
            && self.is_still(&state)
            && self.worker.is_some_and(is_away);
        if stays {
            return false;
        }
        (self.has_gone_on, self.state) = (true, state);
        !self.is_restless
    }

    /// Whether a thread that is now in `state` is still in the wait that was reported, or still computes.
    fn is_still(&mut self, state: &State) -> bool {
        if self.state.execution == Execution::Running {
            // It was stopped for the look, which counts as a sleep.
            return state.execution == Execution::Running || state.is_stopped;
        }
        if !self.was_woken {
            return state.is_still(&self.state);
        }
        if state.execution == Execution::Running || state.is_stopped {
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
    match state.execution {
        Execution::Running => None,
        Execution::Sleeping { sp, pc, .. } => Some((sp, pc)),
    }
}

#[cfg(test)]
mod histories;
#[cfg(test)]
mod tests;
