//! Catches panics of the crates that read files: a damaged file must not end the watch.

use std::panic::{self, AssertUnwindSafe};

/// What `read` returns, or `None` if it panics. The caller then reads again or discards what `read` may have changed.
///
/// The panic hook of the program runs first. If that aborts, or if the program is built with `panic = "abort"`, the program ends there.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    let read = panic::catch_unwind(AssertUnwindSafe(read));
    #[cfg(test)]
    CAUGHT.set(CAUGHT.get() + u32::from(read.is_err()));
    read.ok()
}

#[cfg(test)]
thread_local! {
    /// How many panics were caught on this thread.
    pub(crate) static CAUGHT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}
