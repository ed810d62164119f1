#![doc = include_str!("../README.md")]

mod body;
mod call;
mod error;
mod executor;
mod ground;
mod hooks;
mod job;
mod lane;
mod offload;
mod own;
mod parker;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod quiet;
mod site;
mod shutdown;
mod sync;
mod tokio_pool;
mod travel;

pub use body::{block_on, cancelled, check_cancelled, on_cancel};
pub use error::{Error, Panic};
pub use executor::{Executor, Job};
pub use offload::{Offload, Outcome, run};
#[doc = include_str!("../offload.md")]
pub use tokio_offload_macros::offload;
