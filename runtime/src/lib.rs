#![doc = include_str!("../README.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(all(feature = "process", feature = "stats"))]
mod account;
#[cfg(all(feature = "process", not(feature = "stats")))]
#[path = "unaccounted.rs"]
mod account;
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
#[cfg_attr(
    not(feature = "process"),
    expect(
        dead_code,
        reason = "worker processes are in a feature, their errors are not"
    )
)]
mod failure;
mod frame;
mod ground;
pub mod guide;
mod handle;
#[cfg(feature = "process")]
mod headers;
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
#[cfg(feature = "process")]
mod process;
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
#[cfg(feature = "test-util")]
mod test_util;
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
pub use failure::{CodecError, CodecPoint, Death, StartError};
pub use inline::Inline;
pub use offload::{Offload, Outcome, Refused, run};
pub use owner::Owner;
pub use pool::Pool;
#[cfg(feature = "process")]
pub use process::init;
#[cfg(feature = "metrics")]
pub use publish::publish_metrics;
#[cfg(feature = "stats")]
pub use snapshot::{
    Advice, Bucket, Calls, FunctionSnapshot, Histogram, PoolSnapshot, Snapshot, snapshot,
};
pub use stats::Stats;
#[cfg(feature = "stream")]
pub use stream::ReadAhead;
#[cfg(feature = "process")]
#[doc = include_str!("../main.md")]
pub use tokio_offload_macros::main;
#[doc = include_str!("../offload.md")]
pub use tokio_offload_macros::offload;
#[cfg(feature = "process")]
pub use tokio_offload_remote::{Failure as WorkerFailure, Stats as WorkerStats, Workers};
#[cfg(all(feature = "stats", feature = "tracing"))]
pub use watch::warn_after;
