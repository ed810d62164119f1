//! One call: its two sides, its stages, how it is cancelled, and how its caller is woken.
//!
//! A call is a `cell`. Its future uses it as `Call`, its executor as `Run` (`traits`), and code that may stop its body as `Stoppable`
//! (`cancel`). Its stages are Fresh, Queued, Running and Done; a call that never runs goes through Leaving to Done, and one whose result is
//! taken or not wanted is Gone (`stage`).
//!
//! - The thread: `run` runs the body, `body_end` implements what follows (the trait is in `ends_body`), `outcome` is how a call ended.
//!   `site` is the annotated function.
//! - Queues and wakers: `queued_in` notifies the queue of a call that died there, `waker` stores the waker of a poll, `withheld` is a call
//!   refused by a shutdown that the `block_on` around it reports.
//! - Cancellation: `cancel` and `signal` ask a body to stop; its actions run on the threads of `canceller`, by the rules of
//!   `cancel_threads`.
//! - Per-thread state: `current` and `frame` are about the body on this thread, `home` is about its pool.
//! - Bodies in `block_on`: `blocked` is such a body, `parked` and `woken_often` decide when it helps its pool, `awaited` is the chain of
//!   bodies that wait for each other. `own_calls` are the calls that the body made, `offers` the calls that others offered to its thread,
//!   `run_here` runs them there, and `in_place` is the one that runs now.
//! - Nested bodies: `depth` and `stack` say when the stack is too deep; then a call on a spare thread borrows (`lent_slot`) the slot of
//!   the body (`own_slot`).
//! - Other runtimes: `outside_body` is a body in a `block_on` that is not ours, `polled_calls` are the calls that it polled there.
//! - Measurements: `meter` counts the calls of a function, `cache_padded` avoids false sharing, `thread_name` renames the thread.
//!
//! May import `error`, `sync` and `unwind`. Knows no executor, no pool and no tokio: the model checker compiles these files
//! with locks and threads of its own.
//!
//! - Every call ends once, in Done or in Gone. Its caller gets the result or is woken. Dropping a job ends its call.
//! - No user code (body, `Drop`, waker, cancel action) runs while a lock is held.
//! - An end is counted before the caller can see it.
//! - A call leaves no state on its thread.

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
mod home;
mod in_place;
pub(crate) mod lent_slot;
#[cfg(feature = "stats")]
pub(crate) mod meter;
#[cfg(not(feature = "stats"))]
pub(crate) mod meter_mock;
pub(crate) mod offers;
pub(crate) mod outcome;
pub(crate) mod outside_body;
mod own_calls;
pub(crate) mod own_slot;
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
