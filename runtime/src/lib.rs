#![doc = include_str!("../front.md")]
#![doc = include_str!("../ticker.md")]
// Where the README links to docs.rs, these pages link to themselves: of two definitions of one name the first counts.
#![doc = include_str!("../links.md")]
#![cfg_attr(
    feature = "stream",
    doc = "[`Offload::stream`]: crate::Offload::stream"
)]
#![cfg_attr(feature = "rayon", doc = "[`Rayon`]: crate::Rayon")]
#![cfg_attr(feature = "process", doc = "[`Workers`]: crate::Workers")]
#![cfg_attr(feature = "watch", doc = "[`on_blocked`]: crate::on_blocked()")]
#![cfg_attr(
    feature = "metrics",
    doc = "[`publish_metrics`]: crate::publish_metrics()"
)]
#![cfg_attr(feature = "stats", doc = "[`snapshot`]: crate::snapshot()")]
#![cfg_attr(
    all(feature = "stats", feature = "tracing"),
    doc = "[`warn_after`]: crate::warn_after()"
)]
#![doc = ""]
#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// On wasm with threads it is for tokio to say what works.
#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
compile_error!(
    "tokio-offload needs threads, which this target has not: leave it out there, as in \
     `[target.'cfg(not(target_family = \"wasm\"))'.dependencies]`"
);

#[doc(hidden)]
pub mod __private;
mod body;
mod call;
mod context;
mod error;
mod executor;
pub mod guide;
mod metrics;
mod offload;
mod owner;
mod pool;
#[cfg(feature = "remote")]
mod process;
#[cfg(feature = "remote")]
mod remote;
mod scheduler;
#[cfg(feature = "stats")]
mod snapshot;
mod sync;
mod unwind;
mod warning;
#[cfg(feature = "process")]
mod workers;

pub use body::{block_on, check_cancelled, current_pool, is_cancelled, on_cancel};
pub use context::carry::{Carry, Headers, carry};
pub use error::codec::{CodecError, CodecStage};
pub use error::node::NodeLoss;
pub use error::{Error, Panic};
pub use error::{start::StartError, worker::WorkerExit};
pub use executor::inline::Inline;
#[cfg(feature = "rayon")]
pub use executor::rayon::Rayon;
pub use executor::{Executor, Job};
pub use metrics::counts::Stats;
pub use offload::place::Place;
pub use offload::run::{run, run_on};
#[cfg(feature = "stream")]
pub use offload::stream::ReadAhead;
pub use offload::{Offload, Outcome, Refused};
pub use owner::Owner;
pub use pool::{Pool, Turn};
#[cfg(feature = "remote")]
pub use process::init;
#[cfg(feature = "remote")]
pub use remote::identity::{attempt, call_id};
#[cfg(feature = "metrics")]
pub use snapshot::publish_metrics;
#[cfg(all(feature = "stats", feature = "tracing"))]
pub use snapshot::warn_after;
#[cfg(feature = "stats")]
pub use snapshot::{
    Advice, BlockedSnapshot, Bucket, Calls, ClusterSnapshot, FunctionSnapshot, Histogram,
    LongestWait, Occupant, PoolSnapshot, Snapshot, snapshot,
};
#[cfg(any(feature = "remote", feature = "watch"))]
#[doc = include_str!("../main.md")]
pub use tokio_offload_macros::main;
#[doc = include_str!("../offload.md")]
pub use tokio_offload_macros::offload;
#[cfg(feature = "watch")]
#[doc = include_str!("../test.md")]
pub use tokio_offload_macros::test;
#[cfg(all(feature = "watch", feature = "tracing"))]
pub use tokio_offload_watch::warn_blocked_after;
#[cfg(feature = "watch")]
pub use tokio_offload_watch::{
    Blocked, BlockingFunction, How as BlockedHow, Seen as BlockedSeen, allow_blocking, on_blocked,
    seen as blocked_seen,
};
#[cfg(feature = "process")]
pub use workers::{WorkerStats, Workers};
