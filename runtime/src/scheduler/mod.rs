//! When a job runs, and on which thread: queues with a limit of bodies, and where their threads come from.
//!
//! - Queues: a `lane` is one queue behind a lock. `queue` has its rules: how many bodies may run (`cap`), how many calls may wait
//!   (`Queue::is_full`), which runner gets the next job. `waiting` holds its jobs, each `line` of them in order. `classes` holds jobs
//!   with an `order` of their own, in `lines` that take turns. `close` is why a lane takes no more jobs, `ends` counts ended bodies and
//!   dead jobs, `awaited_calls` finds those that bodies wait for, `oldest` the one that measurements ask for, by the `heads` of lines,
//!   `idle_wakers` who waits until a queue is idle.
//! - Threads: `runner` is one visit of a thread to a lane, which runs each job as a `task`; `on_the_way` are runners that have not arrived.
//!   `spawner` is where threads come from: `per_runtime` keeps one lane for each runtime, `threads` are those of a dedicated pool, and
//!   `thread_set` decides which of these is called next.
//! - Bodies that wait and occupy threads: `rescue` runs the calls that they wait for, `circle` finds these, `outside` are bodies in a
//!   `block_on` that is not ours. `spare` starts threads beyond the limit, `spare_count` counts them. `monitor` is the one thread that
//!   checks on all of these, `standstill` the warning if nothing ends.
//!
//! In these files:
//!
//! - *saturated*: as many bodies run as the limit allows. *Stuck*: jobs wait, and all bodies of the lane wait too.
//! - *ease*: offer a queued call to a body that waits for it. *Relieve*: run one on a *spare* thread, beyond the limit.
//! - *outside*: a body that waits in a `block_on` that is not ours.
//! - *standstill*: jobs wait, and no body has ended for ten seconds; whether they wait cannot be seen, so there is only a warning.
//!
//! May import `call`, `error`, `metrics`, `sync`, `unwind` and `warning`. Knows no `Executor` and no `Pool`: it runs whatever is a
//! `task`.
//!
//! - While jobs wait, runners are on their way or look for jobs, or the limit is reached and its runners will look again.
//! - While the lock of a lane is held, no thread is sent for or woken, and no job is run or dropped.
//! - Jobs start in the order of submission, separately in each class. No class waits for ever.
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
mod on_the_way;
pub(crate) mod order;
pub(crate) mod outside;
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
