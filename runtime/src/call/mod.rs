//! One call: its two sides, its stages, how it is cancelled, and how its caller is woken.
//!
//! A call is a `cell`. Its future uses it as `Call`, its executor as `Run` (`traits`), and code that may stop its body as `Stoppable`
//! (`cancel`). Its stages are Fresh, Queued, Running and Done, or Failed if it has no result; a call that never runs goes through Leaving
//! to Failed, and one whose result is taken or not wanted is Gone (`stage`).
//!
//! The call and its end:
//!
//! - `cell`: the allocation that holds the body, then its result, and the waker of its caller.
//! - `contents`: the body and the result, the only parts whose types differ from call to call.
//! - `core`: what a cell keeps under its lock.
//! - `traits`: the operations on a call, for its future and for its executor.
//! - `stage`: the stages, and the steps between them.
//! - `caller`: the operations of the future.
//! - `run`: those of a thread, which runs the body.
//! - `ends_body`: the trait by which a thread tells a call that its body has ended.
//! - `body_end`: what the thread does then.
//! - `outcome`: how a call ended.
//! - `site`: the name of the annotated function, and where it is.
//! - `waker`: stores the waker of a poll.
//! - `waiter`: who waits for a call.
//! - `queued_in`: notifies the queue of a call that died there.
//! - `withheld`: a call refused by a shutdown that the `block_on` around it reports.
//!
//! Cancellation:
//!
//! - `cancel`: asks a body to stop.
//! - `signal`: a runtime or a pool shuts down, which asks its bodies to stop.
//! - `canceller`: the threads that run the actions of `on_cancel`.
//! - `cancel_threads`: the rules for these threads.
//! - `latch`: a body that has ended waits for its actions.
//!
//! What a thread knows:
//!
//! - `current`: the body that runs on it.
//! - `frame`: what it stores of that body.
//! - `home`: the pool, owner or rayon pool that it belongs to.
//! - `thread_name`: renames it after the function.
//!
//! Bodies that wait in `block_on`:
//!
//! - `block_on`: such a body, and the calls that its thread runs meanwhile. A folder, which of this one knows only `cancel`, `ends_body`,
//!   `queued_in`, `signal` and `site`.
//! - `own_calls`: the calls that the body made.
//! - `polled_calls`: the calls that it polled in a `block_on` that is not ours.
//!
//! Nested bodies:
//!
//! - `depth`: whether there is room for one more body on this thread.
//! - `stack`: how much stack is left.
//!
//! Measurements:
//!
//! - `meter`: counts the calls of one function.
//! - `cache_padded`: a value on cache lines of its own, against false sharing.
//!
//! May import `error`, `sync` and `unwind`. Knows no executor, no pool and no tokio: the model checker compiles these files
//! with locks and threads of its own.
//!
//! What holds:
//!
//! - Every call ends once, in Done, Failed or Gone. Its caller gets the result or is woken. Dropping a job ends its call.
//! - No user code (body, `Drop`, waker, cancel action) runs while a lock is held.
//! - An end is counted before the caller can see it.
//! - A call leaves no state on its thread.

pub(crate) mod block_on;
mod body_end;
pub(crate) mod cache_padded;
mod caller;
pub(crate) mod cancel;
mod cancel_threads;
mod canceller;
pub(crate) mod cell;
mod contents;
mod core;
pub(crate) mod current;
pub(crate) mod depth;
pub(crate) mod ends_body;
mod frame;
mod home;
mod latch;
#[cfg(feature = "stats")]
pub(crate) mod meter;
#[cfg(not(feature = "stats"))]
pub(crate) mod meter_mock;
pub(crate) mod outcome;
mod own_calls;
pub(crate) mod polled_calls;
pub(crate) mod queued_in;
mod run;
pub(crate) mod signal;
pub(crate) mod site;
pub(crate) mod stack;
mod stage;
#[cfg(all(feature = "thread-names", target_os = "linux"))]
mod thread_name;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
mod thread_name_mock;
pub(crate) mod traits;
mod waiter;
pub(crate) mod waker;
pub(crate) mod withheld;

#[cfg(not(feature = "stats"))]
pub(crate) use meter_mock as meter;
#[cfg(not(all(feature = "thread-names", target_os = "linux")))]
use thread_name_mock as thread_name;
