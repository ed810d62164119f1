//! A body that may be waiting in a `block_on` that is not ours, as the queues see it.

use std::time::{Duration, Instant};

use crate::call::{
    queued_in::{LineMark, QueueNumber},
    site::Site,
};
use crate::error::Error;

/// The bodies of a group of threads that may be waiting outside of `block_on`.
#[derive(Clone, Copy, Default)]
pub(crate) struct OutsideWaits {
    /// Whether there are any.
    pub(crate) any: bool,
    /// The function of a call that one of them has waited for so long that it may do so for ever.
    pub(crate) still: Option<&'static Site>,
}

/// A body that has polled calls outside of `block_on`, and may be waiting for them.
pub(crate) trait OutsideBody: Send + Sync {
    /// Whether one of the calls has not ended.
    fn waits(&self) -> bool;
    /// How long it has waited at that time without polling a call, as far as it was asked; and the function of a call that it waits for.
    fn still(&self, now: Instant) -> Option<(Duration, &'static Site)>;
    /// Its pool has been stuck for long, and gets a spare thread.
    fn note_relief(&self);
    /// Whether that has happened: so it is known that this body waits for what it polls.
    fn was_relieved(&self) -> bool;
    /// The line of a call among them that waits in that queue, and its cell. The body waits most likely for the one that it polled last.
    fn call_in(&self, queue: &QueueNumber) -> Option<(LineMark, *const ())>;
    /// Whether one of those that it polled last waits in that queue. Bounded, because each poll asks.
    fn waits_in(&self, queue: &QueueNumber) -> bool;
    /// Refuses the calls that wait in that queue, each with the error that `error` makes.
    fn refuse_in(&self, queue: &QueueNumber, error: fn() -> Error);
}
