//! Where a call that runs elsewhere goes once it was started: to a task of the runtime on this thread.

use std::sync::Arc;

use tokio_offload_remote::Remote;

use crate::{
    executor::{Executor, Job},
    offload::place::On,
};

/// Where a call goes that was started: to a task of the runtime on this thread. `begun` tells that the engine has it.
pub(super) fn on(place: &'static dyn Remote, begun: bool) -> On {
    On::Shared(Arc::new(Tasks { place, begun }))
}

/// Starts the task of one call.
struct Tasks {
    place: &'static dyn Remote,
    begun: bool,
}

impl Executor for Tasks {
    /// The headers are text, which `headers` ensures.
    fn with_context(&self, job: Job) -> Job {
        job
    }

    fn submit(&self, job: Job) {
        job.run();
    }

    fn try_submit(&self, job: Job) -> Result<(), Job> {
        if self.begun || self.place.has_room() {
            job.run();
            return Ok(());
        }
        Err(job)
    }
}
