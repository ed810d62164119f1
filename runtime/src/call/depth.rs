//! How many bodies stand on one another on this thread, because the outer ones wait for the inner ones, and whether there is room
//! for another.

use std::cell::Cell;

use super::stack;

/// How deep bodies may be nested on one thread where the size of its stack is not known. A choice: 16 KiB of the usual 2 MiB for each.
pub(crate) const DEEPEST: usize = 128;

/// This much free stack is enough for any body that needs no thread of its own. A choice: half of the usual size.
const ENOUGH: usize = 1024 * 1024;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Where the innermost body began.
    static BEGAN: Cell<usize> = const { Cell::new(0) };
}

/// Whether the next body had better run on another thread: here it would have less than half of a stack, or of the usual one.
pub(crate) fn is_deep() -> bool {
    let room = stack::room();
    DEPTH.get() >= DEEPEST || room.is_some_and(|room| room.left < ENOUGH.min(room.size / 2))
}

/// How many bodies stand on this thread, if there is no room for another: it would have a quarter of a stack, or less than twice of what
/// the last one took. The first is never refused: nothing is known of what it needs.
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

/// Runs `f`, which must not unwind, one deeper.
pub(crate) fn deeper(f: impl FnOnce()) {
    let (depth, began) = (DEPTH.get(), BEGAN.replace(stack::address()));
    DEPTH.set(depth + 1);
    f();
    DEPTH.set(depth);
    BEGAN.set(began);
}
