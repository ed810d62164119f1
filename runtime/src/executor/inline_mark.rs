//! Whether the body on this thread blocks the caller of its call.

use std::cell::Cell;

thread_local! {
    static INLINE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f`, which must not unwind, with the mark set or cleared.
pub(super) fn with(is_inline: bool, f: impl FnOnce()) {
    let outer = INLINE.replace(is_inline);
    f();
    INLINE.set(outer);
}

/// Whether a body that runs here blocks its caller.
pub(crate) fn is_set() -> bool {
    INLINE.get()
}
