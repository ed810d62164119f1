//! Where a call to a worker process goes that was started: to a task of the runtime on this thread.

use std::sync::Arc;

use tokio_offload_remote::Workers;

use crate::{
    executor::{Executor, Job},
    offload::place::On,
};

/// Where a call goes that was started: to a task of the runtime on this thread. `begun` tells that the engine has it.
pub(super) fn on(workers: &'static Workers, begun: bool) -> On {
    On::Shared(Arc::new(Tasks { workers, begun }))
}

/// Starts the task of one call.
struct Tasks {
    workers: &'static Workers,
    begun: bool,
}

impl Executor for Tasks {
    /// What goes along to a worker is text, which `headers` sees to.
    fn with_context(&self, job: Job) -> Job {
        job
    }

    fn submit(&self, job: Job) {
        job.run();
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        if self.begun || self.workers.has_room() {
            job.run();
            return Ok(());
        }
        Err(job)
    }
}
