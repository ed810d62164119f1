//! When a job runs, and on which thread: queues with a limit of bodies, and where their threads come from.
//!
//! A `lane` is one queue with its limit, `queue` its rules without locks, `waiting` the jobs in it (each `line` of them), `classes` those with an `order` of
//! their own (in `lines` that take turns), `runner` one visit of a thread to it, `rescue` how bodies that wait get what they wait for, `relief` the thread that looks after those
//! of them that wait `outside` of `block_on`, and sees a `standstill`,
//! `spawner` where those threads come from, `per_runtime` one lane for each runtime, `threads` the threads of a dedicated
//! pool, `thread_set` which of them waits and which is called.
//!
//! May import `call`, `error`, `metrics`, `sync`, `unwind` and `warning`. Knows no `Executor` and no `Pool`: it runs whatever is a
//! `task`.
//!
//! - Jobs that wait mean runners on their way or searching, or the limit reached by runners that will look again.
//! - No thread is sent for, nobody is woken and no job is run or dropped while the lock of a lane is held.
//! - The order is that of submission, in each class by itself; no class waits for ever.
//! - `lane`, `queue`, `runner` and `thread_set` know no tokio: the model checker compiles them with a spawner of its own.

pub(crate) mod account;
mod classes;
pub(crate) mod lane;
mod line;
mod lines;
pub(crate) mod order;
pub(crate) mod outside;
pub(crate) mod per_runtime;
pub(crate) mod queue;
pub(crate) mod relief;
mod rescue;
mod runner;
pub(crate) mod spawner;
pub(crate) mod standstill;
pub(crate) mod task;
mod thread_set;
pub(crate) mod threads;
pub(crate) mod waiting;
