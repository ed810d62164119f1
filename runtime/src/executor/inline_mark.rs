//! Whether the body on this thread blocks the caller of its call.

use std::cell::Cell;

thread_local! {
    static IN_PLACE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `f`, which must not unwind, with that mark.
pub(super) fn with(in_place: bool, f: impl FnOnce()) {
    let outer = IN_PLACE.replace(in_place);
    f();
    IN_PLACE.set(outer);
}

/// Whether a body that runs here blocks its caller.
pub(crate) fn is_set() -> bool {
    IN_PLACE.get()
}
