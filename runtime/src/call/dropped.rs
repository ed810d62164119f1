//! How many calls were given up while they waited, in the whole process: a queue that looks for some knows when it need not.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Not of the model checker's kind: what is read here only saves work.
static DROPPED: AtomicUsize = AtomicUsize::new(0);

/// A waiting call was given up.
pub(crate) fn note() {
    DROPPED.fetch_add(1, Ordering::Relaxed);
}

/// A number that changes with each.
pub(crate) fn count() -> usize {
    DROPPED.load(Ordering::Relaxed)
}
