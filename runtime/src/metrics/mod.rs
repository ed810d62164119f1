//! What pools measure (feature `stats`), and the counters that they always have.

pub(crate) mod counts;
#[cfg(not(feature = "stats"))]
mod mock;
#[cfg(feature = "stats")]
mod pool;
#[cfg(feature = "stats")]
mod thread;

#[cfg(not(feature = "stats"))]
pub(crate) use mock::{Line, Occupant, Place, Pooled, enlist};
#[cfg(feature = "stats")]
pub(crate) use pool::{Line, Member, Place, Pooled, Waits, enlist, pools};
#[cfg(feature = "stats")]
pub(crate) use thread::Occupant;
