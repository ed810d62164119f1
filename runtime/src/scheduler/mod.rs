//! When and on which thread a submitted job runs: queues with a limit of bodies, and the threads they are given.

pub(crate) mod lane;
pub(crate) mod per_runtime;
pub(crate) mod queue;
mod runner;
pub(crate) mod spawner;
pub(crate) mod task;
pub(crate) mod threads;
