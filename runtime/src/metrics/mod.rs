//! What pools measure (feature `stats`), and the counters that they always have.

pub(crate) mod counts;
#[cfg(not(feature = "stats"))]
mod mock;
#[cfg(feature = "stats")]
mod pool;
#[cfg(feature = "stats")]
mod thread;

#[cfg(not(feature = "stats"))]
pub(crate) use mock::{PoolMeterRef, QueueSlot, QueueView, ThreadSlot, register};
#[cfg(feature = "stats")]
pub(crate) use pool::{PoolMeterRef, PoolSource, QueueSlot, QueueView, Waits, pools, register};
#[cfg(feature = "stats")]
pub(crate) use thread::ThreadSlot;
