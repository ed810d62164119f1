//! One call: its two sides, its stages, how it is cancelled, and how its caller is told.
//!
//! A call is a `cell`, seen by its future as `Call` and by its executor as `Run` (`traits`), and while it runs by those who may
//! stop it as `Stoppable` (`cancel`). It goes through the stages Fresh, Queued, Running and Done, or Queued, Leaving and Done if it never
//! runs (`stage`); `outcome` is how it ended, `run` what its thread does and `body_end`, by `ends_body`, what it does at the end. `site` is
//! the function that it calls.
//!
//! - Queues and wakers: `queued_in` tells the queue of a call that it died there, `waker` puts the waker of a poll into its slot,
//!   `withheld` is a call refused by a shutdown that the `block_on` around it reports.
//! - Cancelling: `cancel` and `signal` ask a body to stop; `canceller` and `cancel_threads` are the threads on which its actions run.
//! - Bodies that wait: `current` is what a thread knows of its body, which is its `frame`, `home` what it knows of its pool; `blocked` is
//!   a body inside `block_on`, `parked` how long it sleeps, `woken_often` what it looks after when it does not, `awaited` what it waits for
//!   and who waits for it, `own_calls` the calls it made, `offers` those it was offered. `run_here` runs them on its thread, `in_place` is
//!   the one that runs there; `depth` and `stack` say when its stack is too deep, and `given_place` who has its `own_place` then.
//!   `outside_body` is a body inside somebody else's `block_on`, `polled_calls` the calls that it polls there.
//! - Measurements: `meter` counts for a function, `cache_padded` keeps its counters apart, `thread_name` names the thread after it.
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
mod body_end;
pub(crate) mod cache_padded;
pub(crate) mod cancel;
mod cancel_threads;
mod canceller;
pub(crate) mod cell;
pub(crate) mod current;
pub(crate) mod depth;
pub(crate) mod ends_body;
mod frame;
pub(crate) mod given_place;
mod home;
mod in_place;
#[cfg(feature = "stats")]
pub(crate) mod meter;
#[cfg(not(feature = "stats"))]
pub(crate) mod meter_mock;
pub(crate) mod offers;
pub(crate) mod outcome;
pub(crate) mod outside_body;
mod own_calls;
pub(crate) mod own_place;
pub(crate) mod parked;
pub(crate) mod polled_calls;
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
mod woken_often;

#[cfg(not(feature = "stats"))]
pub(crate) use meter_mock as meter;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
use thread_name_mock as thread_name;
