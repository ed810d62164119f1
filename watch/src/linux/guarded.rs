//! Goes on after a panic in the crates that read files: a file may be damaged, and the watch must not end with it.

use std::panic::{self, AssertUnwindSafe};

/// What `read` returns, if it does not panic. What it has changed is read anew or thrown away.
pub(crate) fn guarded<T>(read: impl FnOnce() -> T) -> Option<T> {
    panic::catch_unwind(AssertUnwindSafe(read)).ok()
}
