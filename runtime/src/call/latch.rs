//! One thread waits until another one is done.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// Waits until the [`Done`] that belongs to it is dropped. Made of a lock, since a channel is much more to compile.
#[derive(Default)]
pub(super) struct Latch(Arc<(Mutex<bool>, Condvar)>);

/// Opens its latch when it is dropped.
pub(super) struct Done(Latch);

impl Latch {
    pub(super) fn new() -> (Self, Done) {
        let latch = Self::default();
        let done = Done(Self(Arc::clone(&latch.0)));
        (latch, done)
    }

    pub(super) fn wait(&self) {
        let (open, changed) = &*self.0;
        let mut is_open = open.lock().unwrap_or_else(PoisonError::into_inner);
        while !*is_open {
            is_open = changed
                .wait(is_open)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Done {
    fn drop(&mut self) {
        let (open, changed) = &*self.0.0;
        *open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        changed.notify_all();
    }
}
