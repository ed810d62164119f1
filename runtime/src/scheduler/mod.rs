//! When a job runs, and on which thread: queues with a limit of running bodies, and where their threads come from.
//!
//! - Queues: a `lane` is one queue behind a lock. `queue` has its rules: how many bodies may run (`cap`), how many calls may be queued
//!   (`Queue::is_full`), which runner gets the next job. `waiting` stores its jobs, each `line` of them in FIFO order. `classes` stores
//!   jobs with an `order` of their own, in `lines` that take turns. `close` is why a lane accepts no more jobs, `ends` counts ended bodies
//!   and dead jobs, `awaited_calls` finds the jobs that bodies await, `oldest` the oldest job, by the `heads` of lines, and `idle_wakers`
//!   are the tasks that wait until a queue is idle.
//! - Threads: `runner` is one visit of a thread to a lane, which runs each job as a `task`; `pending_runners` are those whose threads have
//!   not arrived. `spawner` is where threads come from: `per_runtime` has one lane for each runtime, `threads` are those of a dedicated
//!   pool, and `thread_set` decides which of these gets the next runner.
//! - Waiting bodies, which occupy threads: `rescue` runs the calls that they wait for, `circle` finds these, `outside` are bodies in a
//!   `block_on` that is not ours. `spare` starts threads beyond the limit, `spare_count` counts them. `monitor` is the one thread that
//!   checks all of these, `standstill` warns if no body ends.
//!
//! Terms:
//!
//! - *slot*: the permission of one body to run within the limit. *Saturated*: all slots are taken. *Stuck*: jobs are queued, and all
//!   bodies of the lane wait.
//! - *pending*: a runner that was requested and whose thread has not arrived. *Spare*: a thread beyond the limit.
//! - *outside*: a body that waits in a `block_on` that is not ours.
//! - *standstill*: jobs are queued, and no body has ended for ten seconds. Whether the bodies wait for these jobs is unknown, so there is
//!   only a warning.
//!
//! May import `call`, `error`, `metrics`, `sync`, `unwind` and `warning`. Knows no `Executor` and no `Pool`: it runs anything that is a
//! `task`.
//!
//! - While jobs are queued, a runner is pending or searches for a job, or the limit is reached and its runners will check the queue again.
//! - While the lock of a lane is held, no thread is requested or woken, and no job is run or dropped.
//! - Jobs start in the order of submission, separately in each class. No class starves.
//! - `lane`, `queue`, `runner` and `thread_set` know no tokio: the model checker compiles them with a spawner of its own.

pub(crate) mod awaited_calls;
mod circle;
mod classes;
pub(crate) mod close;
pub(crate) mod ends;
#[cfg(feature = "stats")]
mod heads;
#[cfg(not(feature = "stats"))]
mod heads_mock;
mod idle_wakers;
pub(crate) mod lane;
mod line;
mod lines;
pub(crate) mod monitor;
#[cfg(feature = "stats")]
pub(crate) mod oldest;
pub(crate) mod order;
pub(crate) mod outside;
mod pending_runners;
pub(crate) mod per_runtime;
pub(crate) mod queue;
mod rescue;
mod runner;
mod spare;
mod spare_count;
pub(crate) mod spawner;
pub(crate) mod standstill;
pub(crate) mod task;
mod thread_set;
pub(crate) mod threads;
pub(crate) mod waiting;

#[cfg(not(feature = "stats"))]
use heads_mock as heads;
