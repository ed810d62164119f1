//! Which functions block tokio's workers? A thread of its own watches the counters that tokio keeps for every worker, and names
//! the function when one does not come back.
//!
//! ```
//! # use std::time::Duration;
//! #[tokio::main]
//! async fn main() -> std::io::Result<()> {
//!     tokio_offload_watch::on_blocked(Duration::from_millis(100), |report| eprintln!("{report}"))?;
//!     // The rest of the program.
//! #   Ok(())
//! }
//! ```
//!
//! It prints `worker 2 has been blocked for 101 ms in ..., called by ... (src/load.rs:58): put ...`.
//! While all is well it costs two loads for each worker, four times within the limit, and nothing in any task. Nothing has to be set on the runtime's
//! builder, and no unstable feature of tokio is needed.
//!
//! # What is seen
//!
//! A worker that has not come back to its runtime for the limit: in one poll, or in a row of polls, since tokio publishes its counters
//! after 61 of them. Blocking threads (`spawn_blocking`, offloaded bodies) and `block_in_place` are not workers. In a runtime
//! with several workers the future inside `block_on` is on none of them: the thread that asked for the watch, and the main
//! thread, are looked at as well, once within the limit.
//!
//! # What is named, and where
//!
//! | where | waiting threads | computing threads |
//! | --- | --- | --- |
//! | Linux, `x86_64` | function, file and line | the same with the feature `process` and [`init`] in `main`, where the system allows `ptrace` |
//! | elsewhere | that a worker is blocked | that a worker is blocked |
//!
//! Release builds need `debug = "line-tables-only"` in their profile for files and lines, and must not be stripped for names.
//! A runtime of one thread is only accused when its stack was seen, since between two `block_on` its counters stand still too.

#![doc(test(attr(deny(warnings))))]

mod allow;
mod attribute;
mod blocked;
mod episodes;
mod recent;
mod watch;
mod watcher;

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[path = "linux/mod.rs"]
mod look;
#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
#[path = "elsewhere.rs"]
mod look;

#[cfg(feature = "tracing")]
mod event;

#[cfg(feature = "tracing")]
pub use event::warn_blocked_after;

#[doc(hidden)]
pub use self::attribute::{Denied, deny_blocking, watch_main};
pub use self::{
    allow::allow_blocking,
    blocked::{Blocked, How},
    look::init,
    recent::{BlockingFunction, Seen, seen},
    watch::on_blocked,
};
