//! Shows when all threads have a body, and how many bodies have run.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use tokio::task;

/// Counts bodies. Each body owns a copy, which shows when all have run or been thrown away.
#[derive(Clone, Debug, Default)]
pub(crate) struct Busy(Arc<AtomicUsize>);

impl Busy {
    /// Counts a body that starts.
    pub(crate) fn enter(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many bodies have started.
    pub(crate) fn entered(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Waits until so many bodies have started.
    pub(crate) async fn wait_for(&self, bodies: usize) {
        while self.entered() < bodies {
            task::yield_now().await;
        }
    }

    /// Waits until every body has run or been thrown away. Blocks the thread.
    pub(crate) fn settle(self) -> usize {
        while Arc::strong_count(&self.0) > 1 {
            thread::yield_now();
        }
        self.entered()
    }
}
