//! How many calls were started, and what became of them.

use crate::{call::meter::Measured, metrics::counts::Stats};

/// How many calls were started, and what became of them.
///
/// At rest, with nothing queued or running, `started` is the sum of `done`, `panicked`, `cancelled`, `refused` and
/// `failed`. A call that was never started is not counted; one that was handed back as refused and started again is two.
///
/// A counter that is missing in written data, because an earlier version did not have it, is read as zero.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// tokio_offload::run(|| ()).await;
/// let calls = tokio_offload::snapshot().functions[0].calls;
/// assert_eq!((calls.started, calls.done, calls.panicked), (1, 1, 0));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
#[non_exhaustive]
pub struct Calls {
    /// Calls that were submitted: polled, started or detached. In a stream, the function and each batch are one.
    pub started: u64,
    /// Calls that wait for a thread now.
    pub queued: u64,
    /// Bodies that run now.
    pub running: u64,
    /// Bodies that returned, an `Err` included: that is a value.
    pub done: u64,
    /// Bodies that panicked.
    pub panicked: u64,
    /// Calls dropped or cancelled before their body began, or while it ran in a worker process.
    pub cancelled: u64,
    /// Calls turned away: the pool was full, shut down, or had no thread.
    pub refused: u64,
    /// Calls to worker processes of which there is no answer: the worker died, the time was over, or something could not be
    /// read.
    pub failed: u64,
    /// Bodies whose caller went away while they ran; they count as `done` or `panicked` as well, in a
    /// worker process as `cancelled`.
    pub abandoned: u64,
}

impl Calls {
    /// Of a function: the calls that wait or run are computed from those that were submitted, have begun and have ended.
    pub(super) fn of_function(measured: &Measured) -> Self {
        let calls = Self::ended_of(measured);
        let (ended, begun) = (&measured.ended, measured.begun);
        let left = ended.cancelled + ended.refused;
        let over = ended.done + ended.panicked + ended.failed + ended.killed;
        Self {
            queued: measured.started.saturating_sub(begun + left),
            running: begun.saturating_sub(over),
            ..calls
        }
    }

    /// Of a pool: it knows the calls that wait or run.
    pub(super) fn of_pool(measured: &Measured, now: &Stats) -> Self {
        Self {
            queued: now.queued as u64,
            running: now.running as u64,
            ..Self::ended_of(measured)
        }
    }

    fn ended_of(measured: &Measured) -> Self {
        let ended = &measured.ended;
        Self {
            started: measured.started,
            queued: 0,
            running: 0,
            done: ended.done,
            panicked: ended.panicked,
            cancelled: ended.cancelled + ended.killed,
            refused: ended.refused,
            failed: ended.failed,
            abandoned: measured.abandoned,
        }
    }

    /// Calls that are over, whatever became of them.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// tokio_offload::run(|| ()).await;
    /// let all = tokio_offload::snapshot();
    /// let run = all.functions.iter().find(|f| f.name == "tokio_offload::run").unwrap();
    /// assert_eq!(run.calls.ended(), run.calls.started);
    /// # }
    /// ```
    pub const fn ended(&self) -> u64 {
        self.done + self.panicked + self.cancelled + self.refused + self.failed
    }
}
