//! The progress of a call. The thread with the connection writes it, and the caller reads it.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

use tokio_offload_remote::Failure;

/// The state that the caller and the thread with the connection share.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<Progress>);

#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) running: bool,
    pub(super) end: Option<Result<Vec<u8>, Failure>>,
    pub(super) caller: Option<Waker>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A node has the call, or no longer has it. Wakes the caller so that it sees the change.
    pub(crate) fn running(&self, running: bool) {
        let mut progress = self.lock();
        progress.running = running;
        let caller = progress.caller.take();
        drop(progress);
        wake(caller);
    }

    /// The call is over.
    pub(crate) fn finish(&self, end: Result<Vec<u8>, Failure>) {
        let mut progress = self.lock();
        progress.end.get_or_insert(end);
        let caller = progress.caller.take();
        drop(progress);
        wake(caller);
    }

    pub(super) fn poll(&self, waker: &Waker) -> Poll<Result<Vec<u8>, Failure>> {
        let mut mine = Some(waker.clone());
        let mut progress = self.lock();
        if let Some(end) = progress.end.take() {
            return Poll::Ready(end);
        }
        mem::swap(&mut progress.caller, &mut mine);
        // A waker runs foreign code, so it must not run under the lock.
        drop(progress);
        drop(mine);
        Poll::Pending
    }
}

/// Wakes the caller. A waker is foreign code: its panic must not end the thread that serves all calls.
fn wake(caller: Option<Waker>) {
    if let Some(caller) = caller
        && let Err(payload) = catch_unwind(AssertUnwindSafe(|| caller.wake()))
    {
        // The drop of the payload may panic too.
        mem::forget(payload);
    }
}
