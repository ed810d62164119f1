//! The progress of a call. The thread with the connection writes it, and the caller reads it.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
    time::Instant,
};

use tokio_offload_remote::Failure;

type End = (Result<Vec<u8>, Failure>, Option<Instant>);

/// The state that the caller and the thread with the connection share.
#[derive(Debug, Default)]
pub(crate) struct Shared(Mutex<Progress>);

#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) running: bool,
    /// When a node was given the call for the first time.
    began: Option<Instant>,
    pub(super) end: Option<Result<Vec<u8>, Failure>>,
    pub(super) caller: Option<Waker>,
}

impl Shared {
    pub(super) fn began(&self) -> Option<Instant> {
        self.lock().began
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A node has the call, or no longer has it. The caller sees it when it looks again.
    pub(crate) fn running(&self, running: bool) {
        let mut progress = self.lock();
        progress.running = running;
        if running {
            progress.began.get_or_insert_with(Instant::now);
        }
    }

    /// Wakes the caller, so that it looks again.
    pub(crate) fn wake(&self) {
        let caller = self.lock().caller.take();
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

    /// The end of the call, and when a node was given it.
    pub(super) fn poll(&self, waker: &Waker) -> Poll<End> {
        let mut mine = Some(waker.clone());
        let mut progress = self.lock();
        if let Some(end) = progress.end.take() {
            return Poll::Ready((end, progress.began));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_says_when_a_node_had_the_call_first() {
        let shared = Shared::default();
        assert!(shared.poll(Waker::noop()).is_pending());
        shared.running(true);
        let first = shared.began();
        assert!(first.is_some());
        shared.running(false);
        shared.running(true);
        shared.finish(Ok(Vec::new()));
        let Poll::Ready((Ok(_), began)) = shared.poll(Waker::noop()) else {
            panic!("another end");
        };
        assert_eq!(began, first);
    }
}
