//! What a pool of workers is doing and has done.

use crate::{process::exit::KillReason, wire::frame::Kind};

/// A moment in the life of a pool of workers.
///
/// Counters start at zero with the pool and only grow. At rest, with nothing queued or running, every call that was submitted
/// is in exactly one of `done`, `panicked`, `died`, `timed_out`, `cancelled`, `refused` and `failed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls that wait for a worker.
    pub queued: usize,
    /// Calls that have a worker, including those that are being killed.
    pub running: usize,
    /// Bodies that returned.
    pub done: u64,
    /// Bodies that panicked.
    pub panicked: u64,
    /// Calls whose worker died.
    pub died: u64,
    /// Calls that ran into the time limit or the queue limit.
    pub timed_out: u64,
    /// Calls that were dropped or cancelled.
    pub cancelled: u64,
    /// Calls that were refused: the pool was shut down, or no worker could be made ready.
    pub refused: u64,
    /// Calls whose arguments or result could not be encoded or decoded, or were too large, and calls whose worker sent a broken reply.
    pub failed: u64,
    /// How often a call was given to another worker because the first one died.
    pub retried: u64,
    /// Worker processes that are alive now, including those that are starting or ending.
    pub processes: usize,
    /// Worker processes started so far.
    pub started: u64,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Done,
    Panicked,
    Died,
    TimedOut,
    Cancelled,
    Refused,
    Failed,
}

impl Ended {
    /// A call that its worker answered.
    pub(crate) fn answered(kind: Kind) -> Self {
        match kind {
            Kind::Reply => Self::Done,
            Kind::Panic => Self::Panicked,
            _ => Self::Failed,
        }
    }

    /// A call that its pool ended.
    pub(crate) fn by_the_pool(reason: KillReason) -> Self {
        match reason {
            KillReason::Cancelled => Self::Cancelled,
            KillReason::Shutdown => Self::Refused,
            KillReason::TimedOut(_) => Self::TimedOut,
        }
    }
}

impl Stats {
    pub(crate) fn add(&mut self, ended: Ended) {
        let counter = match ended {
            Ended::Done => &mut self.done,
            Ended::Panicked => &mut self.panicked,
            Ended::Died => &mut self.died,
            Ended::TimedOut => &mut self.timed_out,
            Ended::Cancelled => &mut self.cancelled,
            Ended::Refused => &mut self.refused,
            Ended::Failed => &mut self.failed,
        };
        *counter += 1;
    }
}
