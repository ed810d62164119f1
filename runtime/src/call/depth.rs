//! How many bodies are nested on this thread, each waiting for the next one, and whether there is room for another.

use std::cell::Cell;

use super::stack;

/// The deepest nesting of bodies on a thread whose stack size is unknown. Not measured: it leaves each body 16 KiB of the
/// usual 2 MiB.
pub(crate) const DEEPEST: usize = 128;

/// With this much free stack, in bytes, a nested body may run on the same thread. Not measured: half of the usual size.
const ENOUGH: usize = 1024 * 1024;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// The stack address at which the innermost body began.
    static BEGAN: Cell<usize> = const { Cell::new(0) };
}

/// Whether the next body should run on another thread: here it would have less than half of this stack, or less than half of a stack
/// of the usual size.
pub(crate) fn is_deep() -> bool {
    let room = stack::room();
    DEPTH.get() >= DEEPEST || room.is_some_and(|room| room.left < ENOUGH.min(room.size / 2))
}

/// The number of bodies nested on this thread, if another one has too little stack: less than a quarter of it, or less than twice what
/// the last body used. The first body is never refused: its needs are unknown.
pub(crate) fn without_room() -> Option<usize> {
    let depth = DEPTH.get();
    if depth == 0 {
        return None;
    }
    let taken = BEGAN.get().saturating_sub(stack::address());
    let room = stack::room();
    let short = room.is_some_and(|room| {
        let quarter = (ENOUGH / 2).min(room.size / 4);
        room.left < quarter.max(taken.saturating_mul(2))
    });
    (depth >= DEEPEST || short).then_some(depth)
}

/// Runs `f`, which must not unwind, one level deeper.
pub(crate) fn deeper(f: impl FnOnce()) {
    let (depth, began) = (DEPTH.get(), BEGAN.replace(stack::address()));
    DEPTH.set(depth + 1);
    f();
    DEPTH.set(depth);
    BEGAN.set(began);
}
