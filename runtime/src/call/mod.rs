//! One call: its two sides, its stages, how it is cancelled, and how its caller is told.
//!
//! A call is a `cell`, seen by its future as `Call` and by its executor as `Run` (`traits`), and while it runs by those who may
//! stop it as `Stoppable` (`cancel`). It goes through the stages Fresh, Queued, Running and Done; see `stage`. `current` is what
//! a thread knows of the body on it, `blocked` a body inside `block_on`, `awaited` the calls that it waits for, `own_calls` those
//! that it made, `run_here` how its thread runs them and those of others, `in_place` the one that it runs, `outside` a body inside
//! somebody else's `block_on`, `cancel` and `signal` how a body is asked to stop, `canceller` and `cancel_threads` the threads on
//! which its actions run, `meter` what is measured of a function.
//!
//! May import `error`, `sync` and `unwind`. Knows no executor, no pool and no tokio: the model checker compiles these files
//! with locks and threads of its own.
//!
//! - Every call ends in exactly one stage, and whoever awaits it has its result or is woken. A job that is dropped ends it.
//! - No code of a user (body, `Drop`, waker, cancel action) runs while a lock is held.
//! - An end is counted before the caller learns of it.
//! - Nothing of a call stays on the thread after it.

mod awaited;
pub(crate) mod blocked;
pub(crate) mod cache_padded;
pub(crate) mod cancel;
mod cancel_threads;
mod canceller;
pub(crate) mod cell;
pub(crate) mod current;
pub(crate) mod depth;
mod in_place;
#[cfg(feature = "stats")]
pub(crate) mod meter;
#[cfg(not(feature = "stats"))]
pub(crate) mod meter_mock;
pub(crate) mod offers;
pub(crate) mod outcome;
pub(crate) mod outside;
pub(crate) mod outside_body;
mod own_calls;
pub(crate) mod parked;
pub(crate) mod queued_in;
mod run;
mod run_here;
pub(crate) mod signal;
pub(crate) mod site;
pub(crate) mod stack;
mod stage;
#[cfg(all(feature = "thread-names", target_os = "linux"))]
mod thread_name;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
mod thread_name_mock;
pub(crate) mod traits;
pub(crate) mod waker;
pub(crate) mod withheld;

#[cfg(not(feature = "stats"))]
pub(crate) use meter_mock as meter;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
use thread_name_mock as thread_name;
