//! The stacks of threads of this process.

use std::{
    sync::{MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    ask::Helper,
    memory::Memory,
    modules::{MODULES, Modules},
    thread::{Execution, State, ThreadStates, Tid},
    unwind::{Registers, Stack, unwind},
};
use crate::allow::threads_inside;

/// The stack of a sleeping thread, if it did not wake while its stack was read.
pub(crate) fn stack_of(tid: Tid, state: &State) -> Option<Stack> {
    let Execution::Sleeping { sp, pc, .. } = state.execution else {
        return None;
    };
    let mut memory = Memory::open().ok()?;
    let registers = Registers { pc, sp, bp: None };
    let stack = unwind(&mut modules(), &mut memory, registers);
    State::of(tid)
        .is_some_and(|after| after.is_still(state))
        .then_some(stack)
}

/// The stack of a running thread, which is stopped for a moment.
pub(crate) fn ask(helper: &Helper, tid: Tid) -> Option<Stack> {
    let (registers, start, bytes) = helper.ask(tid)?;
    let mut memory = Memory::open().ok()?;
    memory.preset(start, &bytes);
    Some(unwind(&mut modules(), &mut memory, registers))
}

/// A thread that was looked at.
pub(crate) struct ReadThread<'a> {
    pub(crate) tid: Tid,
    pub(crate) state: &'a State,
    /// `None` if it woke meanwhile.
    pub(crate) stack: Option<Stack>,
    /// Whether it was inside `allow_blocking`.
    pub(crate) is_allowed: bool,
}

/// The stack of a sleeping thread, unless it wakes meanwhile, and whether it is allowed to block. That is asked right before and after the
/// stack is read: while functions are named, a scope has time to begin or end.
pub(crate) fn read_sleeping<'a>((tid, state): (&Tid, &'a State)) -> ReadThread<'a> {
    let before = is_allowed(*tid);
    let stack = stack_of(*tid, state);
    ReadThread {
        tid: *tid,
        state,
        stack,
        is_allowed: before || is_allowed(*tid),
    }
}

/// Why a thread that runs was not examined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Unasked {
    #[default]
    Gone,
    NoHelper,
    TooMany,
}

/// At most this many threads are stopped in one look. A choice: with more, a look disturbs the program for longer; with fewer, a worker
/// that computes among many running threads is found later.
const MOST: usize = 16;

/// After this time no more threads are asked in one look: where many threads share few processors, each answer takes long. A choice:
/// with more, one look delays all others for longer; with less, fewer threads are named there.
const TIME: Duration = Duration::from_secs(2);

/// The stacks of running threads, and the threads without one.
#[derive(Default)]
pub(crate) struct StacksOfRunning<'a> {
    pub(crate) seen: Vec<ReadThread<'a>>,
    /// The threads whose stacks could not be read.
    pub(crate) unseen: Vec<(Tid, &'a State, Unasked)>,
    /// How many threads could not be read and are inside `allow_blocking`.
    pub(crate) allowed: usize,
    /// The threads that were stopped for the look and have not slept otherwise.
    pub(crate) stopped: Vec<Tid>,
}

/// The stacks of running threads. If there are too many, those that have run since `before` come first, since a worker that computes is
/// among them. Their order is that of a hash map, so that it is not always the same ones.
pub(crate) fn stacks_of_running<'a>(
    mut running: Vec<(&'a Tid, &'a State)>,
    before: &ThreadStates,
) -> StacksOfRunning<'a> {
    let has_run = |tid, state: &State| before.0.get(tid).is_some_and(|it| state.has_run_since(it));
    running.sort_by_key(|(tid, state)| !has_run(*tid, state));
    let mut found = StacksOfRunning::default();
    let many = running.split_off(running.len().min(MOST));
    if !running.is_empty() {
        found.ask(running);
    }
    for (tid, state) in many {
        found.leave_out(*tid, state, is_allowed(*tid), Unasked::TooMany);
    }
    found
}

impl<'a> StacksOfRunning<'a> {
    fn ask(&mut self, running: Vec<(&'a Tid, &'a State)>) {
        let (helper, start) = (Helper::start(), Instant::now());
        for (tid, state) in running {
            if start.elapsed() > TIME {
                self.leave_out(*tid, state, is_allowed(*tid), Unasked::TooMany);
                continue;
            }
            let before = is_allowed(*tid);
            let stack = match &helper {
                Ok(Some(helper)) => ask(helper, *tid),
                _ => None,
            };
            let is_allowed = before || is_allowed(*tid);
            let Some(stack) = stack else {
                let why = match &helper {
                    Ok(Some(helper)) if helper.is_broken() => Unasked::NoHelper,
                    Ok(_) => Unasked::Gone,
                    Err(_) => Unasked::NoHelper,
                };
                self.leave_out(*tid, state, is_allowed, why);
                continue;
            };
            self.seen.push(ReadThread {
                tid: *tid,
                state,
                stack: Some(stack),
                is_allowed,
            });
            if State::of(*tid).is_some_and(|after| after.was_only_stopped_since(state)) {
                self.stopped.push(*tid);
            }
        }
    }

    fn leave_out(&mut self, tid: Tid, state: &'a State, is_allowed: bool, why: Unasked) {
        if is_allowed {
            self.allowed += 1;
        } else {
            self.unseen.push((tid, state, why));
        }
    }
}

/// Whether the thread is inside a scope of `allow_blocking`.
pub(crate) fn is_allowed(tid: Tid) -> bool {
    threads_inside().contains(&tid)
}

/// The program and its libraries.
pub(crate) fn modules() -> MutexGuard<'static, Modules> {
    MODULES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::{Execution, State, ThreadStates, Tid, Unasked, stacks_of_running};

    fn running(switches: u64) -> State {
        State::now(Execution::Running, switches)
    }

    /// Which threads have been asked, though none of these exists. Those that were asked come first.
    #[test]
    fn of_too_many_threads_those_that_have_run_are_asked() {
        let now: HashMap<Tid, State> = (1..18).map(|it| (-it, running(1))).collect();
        let mut before = now.clone();
        before.insert(-1, running(0));
        before.remove(&-2);
        let found = stacks_of_running(now.iter().collect(), &ThreadStates(before));
        let many: Vec<_> = found.unseen.iter().map(|it| it.2).collect();
        let mut expected = vec![Unasked::Gone; 16];
        expected.push(Unasked::TooMany);
        assert_eq!(many, expected);
        let last: Vec<_> = found.unseen[15..].iter().map(|it| it.0.abs()).collect();
        assert!(last.contains(&1) && last.contains(&2), "{last:?}");
    }
}
