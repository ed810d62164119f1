//! The slot of a body in the limit of its pool.
//!
//! A call that runs on a spare thread borrows it until the call ends. The body may meanwhile drop that call and await others: no slot is
//! free for those, or one body could have any number of calls running at once.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
};

/// The slot of one body, for all of its waits.
pub(crate) struct OwnSlot {
    /// Whether it is lent to a call on a spare thread.
    is_lent: AtomicBool,
    /// Where the body runs.
    thread: Thread,
}

impl OwnSlot {
    /// The slot of a body on this thread.
    pub(crate) fn here() -> Arc<Self> {
        Arc::new(Self {
            is_lent: AtomicBool::new(false),
            thread: thread::current(),
        })
    }

    pub(super) fn is_lent(&self) -> bool {
        self.is_lent.load(Ordering::Relaxed)
    }

    pub(super) fn lend(self: &Arc<Self>) -> Arc<Self> {
        self.is_lent.store(true, Ordering::Relaxed);
        Arc::clone(self)
    }

    /// The call has ended. The body, if it waits, checks for other calls.
    pub(super) fn take_back(&self) {
        self.is_lent.store(false, Ordering::Relaxed);
        self.thread.unpark();
    }
}
