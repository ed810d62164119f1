//! `WorkerStats`: what a pool of workers is doing and has done.

use tokio_offload_remote as engine;

/// The state of a pool of [`Workers`](crate::Workers), and its counters since the program started.
///
/// Counters only grow. At rest, with nothing queued or running, every call that was submitted is in exactly one of `done`, `panicked`,
/// `died`, `timed_out`, `cancelled`, `refused` and `failed`.
///
/// ```
/// use tokio_offload::Workers;
///
/// static DECODERS: Workers = Workers::new("decoders");
///
/// let stats = DECODERS.stats();
/// println!("{} processes, {} calls queued, {} died", stats.processes, stats.queued, stats.died);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerStats {
    /// Calls that wait for a process.
    pub queued: usize,
    /// Calls that have a process, and those whose process is being killed.
    pub running: usize,
    /// Bodies that returned.
    pub done: u64,
    /// Bodies that panicked.
    pub panicked: u64,
    /// Calls whose process died.
    pub died: u64,
    /// Calls that ran into `timeout` or `queue_timeout`.
    pub timed_out: u64,
    /// Calls that were dropped or cancelled.
    pub cancelled: u64,
    /// Calls turned away: the pool was shut down, or no process could be made ready.
    pub refused: u64,
    /// Calls whose arguments or result could not be sent.
    pub failed: u64,
    /// How often a call was run again because its process died.
    pub retried: u64,
    /// Processes that live now, also those that start or end.
    pub processes: usize,
    /// Processes started so far.
    pub started: u64,
}

impl WorkerStats {
    /// As the engine counts them.
    pub(super) const fn of(stats: engine::Stats) -> Self {
        Self {
            queued: stats.queued,
            running: stats.running,
            done: stats.done,
            panicked: stats.panicked,
            died: stats.died,
            timed_out: stats.timed_out,
            cancelled: stats.cancelled,
            refused: stats.refused,
            failed: stats.failed,
            retried: stats.retried,
            processes: stats.processes,
            started: stats.started,
        }
    }
}
