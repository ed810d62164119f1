//! A body that may be waiting in a `block_on` that is not ours, as the queues see it.

use super::queued_in::QueueNumber;
use crate::error::Error;

/// A body that has polled calls outside of `block_on`, and may be waiting for them.
pub(crate) trait OutsideBody: Send + Sync {
    /// Whether one of the calls has not ended.
    fn waits(&self) -> bool;
    /// Whether one of them waits in that queue.
    fn waits_in(&self, queue: &QueueNumber) -> bool;
    /// Refuses the calls that wait in that queue, each with the error that `error` makes.
    fn refuse_in(&self, queue: &QueueNumber, error: fn() -> Error);
}
