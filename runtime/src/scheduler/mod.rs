//! When a job runs, and on which thread: queues with a limit of bodies, and where their threads come from.
//!
//! A `lane` is one queue with its limit, and `queue` its rules without locks. `waiting` holds the jobs of a queue, each
//! `line` of them in order; `classes` holds jobs with an `order` of their own, in `lines` that take turns; `oldest` finds
//! those that measurements ask for. `runner` is one visit of a thread to a lane. `rescue` runs the calls that waiting bodies
//! wait for, on `spare` threads if need be. `relief` is the thread that helps bodies which wait `outside` of `block_on`, and that
//! notices a `standstill`. `spawner` is where threads come from: `per_runtime` keeps one lane for each runtime, `threads` are
//! those of a dedicated pool, and `thread_set` decides which of these is called next.
//!
//! May import `call`, `error`, `metrics`, `sync`, `unwind` and `warning`. Knows no `Executor` and no `Pool`: it runs whatever is a
//! `task`.
//!
//! - While jobs wait, runners are on their way or look for jobs, or the limit is reached and its runners will look again.
//! - While the lock of a lane is held, no thread is sent for or woken, and no job is run or dropped.
//! - Jobs start in the order of submission, separately in each class. No class waits for ever.
//! - `lane`, `queue`, `runner` and `thread_set` know no tokio: the model checker compiles them with a spawner of its own.

pub(crate) mod account;
mod circle;
mod classes;
pub(crate) mod lane;
mod line;
mod lines;
#[cfg(feature = "stats")]
mod oldest;
pub(crate) mod order;
pub(crate) mod outside;
pub(crate) mod per_runtime;
pub(crate) mod queue;
pub(crate) mod relief;
mod rescue;
mod runner;
mod spare;
pub(crate) mod spawner;
pub(crate) mod standstill;
pub(crate) mod task;
mod thread_set;
pub(crate) mod threads;
pub(crate) mod waiting;
