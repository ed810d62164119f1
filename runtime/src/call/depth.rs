//! How many bodies stand on one another on this thread, because the outer ones wait for the inner ones.

use std::cell::Cell;

/// How many may. A thread of tokio's has 2 MiB of stack: 16 KiB for each body and what it calls.
pub(crate) const DEEPEST: usize = 128;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Whether one more would be too many.
pub(crate) fn is_deep() -> bool {
    DEPTH.get() >= DEEPEST
}

/// Runs `f`, which must not unwind, one deeper.
pub(crate) fn deeper(f: impl FnOnce()) {
    let before = DEPTH.get();
    DEPTH.set(before + 1);
    f();
    DEPTH.set(before);
}
