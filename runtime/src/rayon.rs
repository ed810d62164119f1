//! rayon's pools as executors.

use ::rayon::ThreadPool;

use crate::{
    carried::Carried,
    executor::{Executor, Job},
    lane::Task,
};

/// rayon's global pool: `#[offload(pool = Rayon)]`.
///
/// Calls start in the order they were submitted; parallel iterators inside a body use the same pool. Best for bodies that
/// compute: a body that waits holds up a thread that rayon counts on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rayon;

impl Executor for Rayon {
    fn submit(&self, job: Job) {
        let job = Carried::new(job);
        ::rayon::spawn_fifo(move || job.run(&mut |_| {}));
    }
}

/// Calls start in the order they were submitted; parallel iterators inside a body use this pool.
impl Executor for ThreadPool {
    fn submit(&self, job: Job) {
        let job = Carried::new(job);
        self.spawn_fifo(move || job.run(&mut |_| {}));
    }
}
