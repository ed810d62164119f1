#![doc = include_str!("../README.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod body;
mod book;
mod call;
mod carried;
mod carry;
mod cell;
mod cell_run;
mod context;
mod crew;
mod error;
mod executor;
mod frame;
mod ground;
pub mod guide;
mod handle;
mod hooks;
mod host;
mod inline;
mod job;
mod lane;
#[cfg(feature = "stats")]
mod meter;
#[cfg(not(feature = "stats"))]
#[path = "unmetered.rs"]
mod meter;
#[cfg(all(feature = "thread-names", target_os = "linux"))]
mod naming;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
#[path = "unnamed.rs"]
mod naming;
mod offload;
mod own;
mod owner;
mod owner_thread;
mod packed;
mod per_runtime;
mod pool;
#[cfg(feature = "metrics")]
mod publish;
mod queue;
mod quiet;
#[cfg(feature = "rayon")]
mod rayon;
#[cfg(all(feature = "stats", feature = "rayon"))]
mod rayon_member;
mod shutdown;
mod site;
#[cfg(feature = "stats")]
mod snapshot;
mod stage;
mod stats;
#[cfg(feature = "stream")]
mod stream;
mod sync;
mod threads;
mod tokio_pool;
mod travel;
mod waiting;
#[cfg(all(feature = "stats", feature = "tracing"))]
mod watch;

#[cfg(feature = "rayon")]
pub use self::rayon::Rayon;
pub use body::{block_on, cancelled, check_cancelled, current_pool, on_cancel};
pub use carry::{Carry, Headers, carry};
pub use error::{Error, Panic};
pub use executor::{Executor, Job};
pub use inline::Inline;
pub use offload::{Offload, Outcome, Refused, run};
pub use owner::Owner;
pub use pool::Pool;
#[cfg(feature = "metrics")]
pub use publish::publish_metrics;
#[cfg(feature = "stats")]
pub use snapshot::{
    Advice, Bucket, Calls, FunctionSnapshot, Histogram, PoolSnapshot, Snapshot, snapshot,
};
pub use stats::Stats;
#[cfg(feature = "stream")]
pub use stream::ReadAhead;
#[doc = include_str!("../offload.md")]
pub use tokio_offload_macros::offload;
#[cfg(all(feature = "stats", feature = "tracing"))]
pub use watch::warn_after;
