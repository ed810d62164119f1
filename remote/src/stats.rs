//! What a pool of workers is doing and has done.

/// A moment in the life of a pool.
///
/// Counters only grow. At rest every call that was polled is in exactly one of `done`, `panicked`, `died`, `timed_out`,
/// `cancelled`, `refused` and `failed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Calls that wait for a worker.
    pub queued: usize,
    /// Calls that a worker has.
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
    /// Calls turned away: shut down, not set up, no worker could be made ready.
    pub refused: u64,
    /// Calls whose arguments or result could not cross.
    pub failed: u64,
    /// How often a call was given to a further worker because the first died.
    pub retried: u64,
    /// Worker processes that live now.
    pub processes: usize,
    /// Worker processes started so far.
    pub started: u64,
}
