//! When a job runs, and on which thread: queues with a limit of running bodies, and where their threads come from.
//!
//! Queues:
//!
//! - `lane`: one queue behind a lock, and what it does after a change.
//! - `queue`: its state and rules: how many bodies may run (`cap`), how many calls may be queued (`Queue::is_full`), who gets the next job.
//! - `waiting`: its jobs in a `fifo`, or in `classes` if they have an `order`.
//! - `fifo`: jobs in the order of arrival. Removes dead ones.
//! - `classes`: jobs in levels, the highest first.
//! - `lines`: the jobs of one level: a line for each key, which take turns.
//! - `line`: one FIFO line of jobs.
//! - `order`: the class of a job: its level and its key.
//! - `close`: why a lane accepts no more jobs.
//! - `ends`: counts ended bodies and dead jobs.
//! - `awaited_calls`: finds the jobs that bodies await.
//! - `idle_wakers`: the tasks that wait until a queue is idle.
//! - `oldest`: the oldest job, for measurements.
//! - `heads`: the first job of each line, for `oldest`.
//!
//! Threads:
//!
//! - `runner`: one visit of a thread to a lane, in which it runs jobs.
//! - `search`: when a runner without a job searches for one, in place of leaving.
//! - `task`: what a lane asks of a job.
//! - `pending_runners`: runners that were requested and whose threads have not arrived.
//! - `spawner`: where a lane gets its threads.
//! - `per_runtime`: one lane for each runtime.
//! - `threads`: the threads of a dedicated pool: their names, hooks and number.
//! - `thread_set`: which of these threads gets the next runner.
//! - `standby`: the thread that has had the last job, and waits a short time to be the next runner.
//! - `standby_time`: how long it waits, so that it keeps no other user of a runtime's threads waiting.
//!
//! Bodies that wait and occupy threads:
//!
//! - `rescue`: runs the calls that they wait for.
//! - `circle`: finds these calls if bodies of full lanes wait for each other.
//! - `outside`: the bodies that wait in a `block_on` that is not ours.
//! - `spare`: threads beyond the limit.
//! - `spare_count`: how many of these there are.
//! - `monitor`: the one thread that checks all of these.
//! - `standstill`: warns if no body ends, or if a wait may not end.
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
//! What holds:
//!
//! - While jobs are queued, a runner is pending or searches for a job, or the limit is reached and its runners will check the queue again.
//! - While the lock of a lane is held, no thread is requested or woken, and no job is run or dropped.
//! - Jobs start in the order of submission, separately in each class. No class starves.
//! - `lane`, `queue`, `runner`, `search`, `standby`, `standby_time` and `thread_set` know no tokio: the model checker compiles them with
//!   a spawner of its own.

pub(crate) mod awaited_calls;
mod circle;
mod classes;
pub(crate) mod close;
pub(crate) mod ends;
pub(crate) mod fifo;
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
pub(crate) mod search;
mod spare;
mod spare_count;
pub(crate) mod spawner;
mod standby;
mod standby_time;
pub(crate) mod standstill;
pub(crate) mod task;
mod thread_set;
pub(crate) mod threads;
pub(crate) mod waiting;

#[cfg(not(feature = "stats"))]
use heads_mock as heads;
