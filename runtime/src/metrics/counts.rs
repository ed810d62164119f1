//! What a pool is doing and has done.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{Occupant, Pooled};
use crate::call::meter::{Left, Times};

/// A moment in the life of a [`Pool`](crate::Pool).
///
/// Counters start at zero with the pool and only grow. At rest, with nothing queued or running, every submission is in
/// exactly one of `done`, `panicked`, `cancelled` and `refused`; a call that was handed back as refused and submitted again
/// is two submissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls that wait for a thread. A call dropped while it waits is counted until a thread would have come to it.
    pub queued: usize,
    /// Bodies that run now.
    pub running: usize,
    /// Bodies that returned.
    pub done: u64,
    /// Bodies that panicked.
    pub panicked: u64,
    /// Calls dropped or cancelled before their body started.
    pub cancelled: u64,
    /// Calls turned away: the pool was full and they would not wait, or it was shut down, or had no thread for them.
    pub refused: u64,
    /// Threads that live now: of a dedicated pool all of them, of a shared one those at work for it.
    pub threads: usize,
}

/// How one job ended on its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The body returned.
    Done(Times),
    /// The body panicked.
    Panicked(Times),
    /// The call had ended before.
    Skipped,
}

/// What became of a body that began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Done,
    Panicked,
    /// There is no answer of it.
    #[allow(dead_code, reason = "only bodies in worker processes end so")]
    Failed,
    /// It was ended because its caller did not want it any more.
    #[allow(dead_code, reason = "only bodies in worker processes end so")]
    Killed,
}

/// The counters of a pool, shared by its lanes.
#[derive(Default)]
pub(crate) struct Counts {
    done: AtomicU64,
    panicked: AtomicU64,
    cancelled: AtomicU64,
    refused: AtomicU64,
    name: &'static str,
    /// What all pools of this name have measured.
    pooled: Pooled,
}

impl Counts {
    /// Those of a pool with a name.
    pub(crate) fn named(name: &'static str) -> Self {
        Self {
            name,
            pooled: Pooled::named(name),
            ..Self::default()
        }
    }

    /// What the pool is called.
    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// A call comes. It will be counted once more, by what becomes of it.
    pub(crate) fn start(&self) {
        self.pooled.start();
    }

    pub(crate) fn add(&self, ended: Ended) {
        let counter = match ended {
            Ended::Done(times) => {
                self.pooled.done(times);
                &self.done
            }
            Ended::Panicked(times) => {
                self.pooled.panicked(times);
                &self.panicked
            }
            Ended::Skipped => {
                self.pooled.leave(Left::Cancelled);
                &self.cancelled
            }
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn add_refused(&self) {
        self.pooled.leave(Left::Refused);
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// A thread begins to work for the pool.
    pub(crate) fn occupy(&self) -> Occupant {
        self.pooled.occupy()
    }

    pub(crate) fn read(&self) -> Stats {
        Stats {
            done: self.done.load(Ordering::Relaxed),
            panicked: self.panicked.load(Ordering::Relaxed),
            cancelled: self.cancelled.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            ..Stats::default()
        }
    }
}
