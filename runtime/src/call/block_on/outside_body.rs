//! A body that may be waiting in a `block_on` that is not ours, as the queues see it.

use crate::call::queued_in::{LineMark, QueueNumber};
use crate::error::Error;

/// A body that has polled calls outside of `block_on`, and may be waiting for them.
pub(crate) trait OutsideBody: Send + Sync {
    /// Whether one of the calls has not ended.
    fn waits(&self) -> bool;
    /// Its pool has been stuck for long, and gets a spare thread.
    fn note_relief(&self);
    /// Whether that has happened: so it is known that this body waits for what it polls.
    fn was_relieved(&self) -> bool;
    /// The line of a call among them that waits in that queue, and its cell. The body waits most likely for the one that it polled last.
    fn call_in(&self, queue: &QueueNumber) -> Option<(LineMark, *const ())>;
    /// Whether one of them waits in that queue.
    fn waits_in(&self, queue: &QueueNumber) -> bool {
        self.call_in(queue).is_some()
    }
    /// Refuses the calls that wait in that queue, each with the error that `error` makes.
    fn refuse_in(&self, queue: &QueueNumber, error: fn() -> Error);
}
