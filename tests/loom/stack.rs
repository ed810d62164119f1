//! Stands in for the runtime's `stack`: the threads of a model are no threads of the system, and nothing is known of their stacks but what
//! a test says.

use std::cell::Cell;

pub(crate) struct Room {
    pub(crate) left: usize,
    pub(crate) size: usize,
}

loom::thread_local! {
    static DEEP: Cell<bool> = Cell::new(false);
}

/// Has the stack of this thread be almost at its end.
pub(crate) fn deep() {
    DEEP.with(|deep| deep.set(true));
}

pub(crate) fn room() -> Option<Room> {
    let room = Room { left: 0, size: 4 };
    Some(room).filter(|_| DEEP.with(Cell::get))
}

pub(crate) const fn address() -> usize {
    0
}
