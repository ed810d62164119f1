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
mod ground;
pub mod guide;
mod handle;
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
mod threads;
mod tokio_pool;
mod travel;
mod waiting;

#[cfg(feature = "rayon")]
pub use self::rayon::Rayon;
pub use body::{block_on, cancelled, check_cancelled, on_cancel};
pub use error::{Error, Panic};
pub use executor::{Executor, Job};
pub use inline::Inline;
pub use offload::{Offload, Outcome, Refused, run};
pub use owner::Owner;
pub use pool::Pool;
pub use stats::Stats;
#[cfg(feature = "stream")]
pub use stream::ReadAhead;
#[doc = include_str!("../offload.md")]
pub use tokio_offload_macros::offload;
