//! The place that a body has among the threads of its pool.
//!
//! A call that runs on a spare thread has it until it ends. The body may have given up waiting for that call, and wait for others: those
//! find no place then, or a body could have any number of calls running beside it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
};

/// Of one body, in all of its waits.
pub(crate) struct OwnPlace {
    /// Whether a call on a spare thread has it.
    is_given: AtomicBool,
    /// Where the body runs.
    thread: Thread,
}

impl OwnPlace {
    /// Of a body on this thread.
    pub(crate) fn here() -> Arc<Self> {
        Arc::new(Self {
            is_given: AtomicBool::new(false),
            thread: thread::current(),
        })
    }

    pub(super) fn is_given(&self) -> bool {
        self.is_given.load(Ordering::Relaxed)
    }

    pub(super) fn give(self: &Arc<Self>) -> Arc<Self> {
        self.is_given.store(true, Ordering::Relaxed);
        Arc::clone(self)
    }

    /// The body, if it waits, looks for other calls.
    pub(super) fn take_back(&self) {
        self.is_given.store(false, Ordering::Relaxed);
        self.thread.unpark();
    }
}
