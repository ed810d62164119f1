//! What can be seen of a pool from outside, and waited for.

use std::task::{Context, Poll};

use crate::{
    error::Failure,
    pool::{inner::Crew, state::Todo, stats::Stats},
};

impl Crew {
    /// Waits until so many workers are ready.
    pub(crate) fn poll_prewarm(
        &'static self,
        most: usize,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        let mut roster = self.roster.lock();
        let mut todo = Todo::default();
        let poll = match roster.prewarm(most, &mut todo) {
            Some(result) => Poll::Ready(result),
            None => roster.watch(cx),
        };
        drop(roster);
        self.carry_out(todo);
        poll
    }

    /// Waits until no call runs and none waits.
    pub(crate) fn poll_idle(&self, cx: &Context<'_>) -> Poll<()> {
        let mut roster = self.roster.lock();
        if roster.rests() {
            return Poll::Ready(());
        }
        roster.watch(cx)
    }

    /// Waits until the last worker of a closed pool is gone.
    pub(crate) fn poll_gone(&self, cx: &Context<'_>) -> Poll<()> {
        let mut roster = self.roster.lock();
        if roster.rests() && roster.total == 0 {
            return Poll::Ready(());
        }
        roster.watch(cx)
    }

    pub(crate) fn has_room(&self) -> bool {
        self.roster.lock().has_room(self.config.queue_capacity)
    }

    pub(crate) fn pids(&self) -> Vec<u32> {
        let roster = self.roster.lock();
        roster.workers.iter().map(|worker| worker.id()).collect()
    }

    pub(crate) fn stats(&self) -> Stats {
        self.roster.lock().stats()
    }
}
