//! Waits for states of a pool, and reads its counters.

use std::task::{Context, Poll};

use crate::{
    error::Failure,
    pool::{
        inner::Inner,
        state::{Actions, Phase, State},
        stats::Stats,
    },
    role,
    unwind::swallow_panic,
};

/// Waits for a state of a pool. Dropping it removes its waker.
#[derive(Debug)]
pub(crate) struct Watcher {
    inner: &'static Inner,
    /// The number of its waker, if it has one.
    id: Option<u64>,
}

impl Watcher {
    pub(crate) const fn new(inner: &'static Inner) -> Self {
        Self { inner, id: None }
    }

    /// Waits until this many workers are ready.
    pub(crate) fn poll_prewarm(
        &mut self,
        most: usize,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Failure>> {
        let mut actions = Actions::default();
        let poll = self.poll(cx, |state| state.prewarm(most, &mut actions));
        self.inner.perform(actions);
        poll
    }

    /// Waits until no call runs and none waits.
    pub(crate) fn poll_idle(&mut self, cx: &Context<'_>) -> Poll<()> {
        self.poll(cx, |state| state.is_idle().then_some(()))
    }

    /// Waits until the last worker of a closed pool is gone.
    pub(crate) fn poll_gone(&mut self, cx: &Context<'_>) -> Poll<()> {
        self.poll(cx, |state| {
            (state.is_idle() && state.total == 0).then_some(())
        })
    }

    fn poll<T>(&mut self, cx: &Context<'_>, look: impl FnOnce(&mut State) -> Option<T>) -> Poll<T> {
        // Cloned before the lock is taken: cloning a waker runs user code.
        let waker = cx.waker().clone();
        let mut state = self.inner.state.lock();
        let (poll, spare) = if let Some(seen) = look(&mut state) {
            (Poll::Ready(seen), Some(waker))
        } else {
            let id = *self.id.get_or_insert_with(|| state.next_id());
            (Poll::Pending, state.watchers.insert(id, waker))
        };
        drop(state);
        swallow_panic(|| drop(spare));
        poll
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let Some(id) = self.id.filter(|_| role::forked_from().is_none()) else {
            return;
        };
        let waker = self.inner.state.lock().watchers.remove(&id);
        swallow_panic(|| drop(waker));
    }
}

impl State {
    pub(crate) fn is_idle(&self) -> bool {
        self.running + self.waiting() == 0
    }

    /// How many calls wait for a worker, or will.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len() + self.expected
    }

    /// Whether a call of `try_start` is accepted: `queue_capacity` is how many may wait beside those that can run.
    pub(crate) fn has_room(&self, queue_capacity: usize) -> bool {
        let calls = self.running + self.waiting();
        self.phase == Phase::Open && calls < self.limit.saturating_add(queue_capacity)
    }

    pub(crate) fn stats(&self) -> Stats {
        Stats {
            queued: self.waiting(),
            running: self.running,
            processes: self.total,
            ..self.stats
        }
    }
}

impl Inner {
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
