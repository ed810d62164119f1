//! The stacks of threads of this process.

use std::sync::{MutexGuard, PoisonError};

use super::{
    ask::Helper,
    memory::Memory,
    modules::{MODULES, Modules},
    thread::{Place, State, Tid},
    unwind::{Registers, Stack, unwind},
};

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

/// The program and its libraries.
pub(crate) fn modules() -> MutexGuard<'static, Modules> {
    MODULES.lock().unwrap_or_else(PoisonError::into_inner)
}
