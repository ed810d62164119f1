//! The counters of pools, and with the feature `stats` their measurements.
//!
//! `counts` is what every pool counts, the public `Stats` among it. With `stats`, `pool` measures the pools of one name
//! together, `cluster` is what is counted of nodes, and `thread` knows which function each thread runs. Without
//! it `mock` has the same names and does nothing.
//!
//! May import `call` and `sync`. Returns plain numbers: `snapshot` makes public data of them.
//!
//! - Counters only grow. Pools of one name are never forgotten: if a counter fell, rates computed from it would be wrong.
//! - The buckets of times are those of functions, in `call/meter.rs`.
//! - Nothing is measured and no clock is read without the feature.

#[cfg(feature = "stats")]
pub(crate) mod cluster;
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
