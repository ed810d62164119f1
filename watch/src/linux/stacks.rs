//! The stacks of threads of this process.

use std::sync::{MutexGuard, PoisonError};

use super::{
    ask::Helper,
    memory::Memory,
    modules::{MODULES, Modules},
    thread::{Place, State, Tid},
    unwind::{Registers, Stack, unwind},
};
use crate::allow::threads_inside;

/// The stack of a sleeping thread, if it did not wake while its stack was read.
pub(crate) fn stack_of(tid: Tid, state: &State) -> Option<Stack> {
    let Place::Sleeping { sp, pc, .. } = state.place else {
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

/// A thread with its stack, and whether it may block.
pub(crate) type Kept<'a> = (Tid, &'a State, Stack, bool);

/// The stack of a thread that sleeps, and whether it may. That is asked before and after the stack is read, and not later: naming
/// takes long enough for a scope to end meanwhile, or to begin, as one does at the end of a test.
pub(crate) fn stack_and_leave<'a>((tid, state): (&Tid, &'a State)) -> Option<Kept<'a>> {
    let before = is_allowed(*tid);
    let stack = stack_of(*tid, state)?;
    Some((*tid, state, stack, before || is_allowed(*tid)))
}

/// What was found out about threads that run.
#[derive(Default)]
pub(crate) struct StacksOfRunning<'a> {
    pub(crate) seen: Vec<Kept<'a>>,
    /// Those that could not be asked.
    pub(crate) unseen: Vec<(&'a Tid, &'a State)>,
    /// How many could not be asked and may block.
    pub(crate) allowed: usize,
    /// Those that were stopped for the look, and have not slept beside that.
    pub(crate) stopped: Vec<Tid>,
}

/// The same for threads that run.
pub(crate) fn stacks_of_running<'a>(running: Vec<(&'a Tid, &'a State)>) -> StacksOfRunning<'a> {
    let helper = Helper::start(running.len());
    let mut asked = StacksOfRunning::default();
    for (tid, state) in running {
        let before = is_allowed(*tid);
        let Some(stack) = helper.as_ref().and_then(|helper| ask(helper, *tid)) else {
            if before || is_allowed(*tid) {
                asked.allowed += 1;
            } else {
                asked.unseen.push((tid, state));
            }
            continue;
        };
        let allowed = before || is_allowed(*tid);
        asked.seen.push((*tid, state, stack, allowed));
        if State::of(*tid).is_some_and(|after| after.was_only_stopped_since(state)) {
            asked.stopped.push(*tid);
        }
    }
    asked
}

/// Whether the thread is inside a scope of `allow_blocking`.
pub(crate) fn is_allowed(tid: Tid) -> bool {
    threads_inside().contains(&tid)
}

/// The program and its libraries.
pub(crate) fn modules() -> MutexGuard<'static, Modules> {
    MODULES.lock().unwrap_or_else(PoisonError::into_inner)
}
