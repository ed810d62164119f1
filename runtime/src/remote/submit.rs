//! Starts a call that runs elsewhere as a task of the runtime on this thread.

use std::sync::Arc;

use tokio_offload_remote::Remote;

use crate::{
    executor::{Executor, Job},
    offload::place::On,
};

/// The place of a call that is started. `begun`: the engine has the call already.
pub(super) fn on(place: &'static dyn Remote, begun: bool) -> On {
    On::Shared(Arc::new(StartTask { place, begun }))
}

/// Starts the task of one call.
struct StartTask {
    place: &'static dyn Remote,
    begun: bool,
}

impl Executor for StartTask {
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
