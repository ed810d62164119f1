#![doc = include_str!("../README.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod body;
mod call;
mod carried;
mod cell;
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
mod ground;
mod handle;
#[cfg(feature = "process")]
mod headers;
mod hooks;
mod host;
mod inline;
mod job;
mod lane;
mod nested;
mod offload;
mod own;
mod owner;
mod owner_thread;
mod per_runtime;
mod pool;
#[cfg(feature = "process")]
mod process;
mod queue;
mod quiet;
#[cfg(feature = "rayon")]
mod rayon;
mod shutdown;
mod site;
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

#[cfg(feature = "rayon")]
pub use self::rayon::Rayon;
pub use body::{block_on, cancelled, check_cancelled, on_cancel};
pub use error::{Error, Panic};
pub use executor::{Executor, Job};
pub use failure::{CodecError, CodecPoint, Death, StartError};
pub use inline::Inline;
pub use offload::{Offload, Outcome, Refused, run};
pub use owner::Owner;
pub use pool::Pool;
#[cfg(feature = "process")]
pub use process::init;
pub use stats::Stats;
#[cfg(feature = "stream")]
pub use stream::ReadAhead;
#[cfg(feature = "process")]
#[doc = include_str!("../main.md")]
pub use tokio_offload_macros::main;
#[doc = include_str!("../offload.md")]
pub use tokio_offload_macros::offload;
#[cfg(feature = "process")]
pub use tokio_offload_remote::{Stats as WorkerStats, Workers};
