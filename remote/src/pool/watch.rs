//! Observing a pool from outside, and waiting for its states. Wakers are cloned before the lock is taken: that may run anything.

use std::task::{Context, Poll};

use crate::{
    error::Failure,
    pool::{inner::Inner, state::Actions, stats::Stats},
};

impl Inner {
    /// Waits until this many workers are ready.
    pub(crate) fn poll_prewarm(
        &'static self,
        most: usize,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        let waker = cx.waker().clone();
        let mut state = self.state.lock();
        let mut actions = Actions::default();
        let poll = match state.prewarm(most, &mut actions) {
            Some(result) => Poll::Ready(result),
            None => state.watch(waker),
        };
        drop(state);
        self.perform(actions);
        poll
    }

    /// Waits until no call runs and none waits.
    pub(crate) fn poll_idle(&self, cx: &Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut state = self.state.lock();
        if state.is_idle() {
            return Poll::Ready(());
        }
        state.watch(waker)
    }

    /// Waits until the last worker of a closed pool is gone.
    pub(crate) fn poll_gone(&self, cx: &Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut state = self.state.lock();
        if state.is_idle() && state.total == 0 {
            return Poll::Ready(());
        }
        state.watch(waker)
    }

    pub(crate) fn has_room(&self) -> bool {
        self.state.lock().has_room(self.config.queue_capacity)
    }

    pub(crate) fn pids(&self) -> Vec<u32> {
        let state = self.state.lock();
        state.workers.iter().map(|worker| worker.id()).collect()
    }

    pub(crate) fn stats(&self) -> Stats {
        self.state.lock().stats()
    }
}
