//! The jobs of lanes: a job with its caller's runtime, for threads that belong to another runtime or to none. One type for all
//! lanes, so that the compiler generates their code once.

use std::sync::Arc;

use super::{Job, default};
use crate::{
    call::{meter::Times, outcome::Ending, traits::Run},
    error::Error,
    scheduler::{lane::Lane, spawner::Spawner, task::Task, threads},
    unwind::drop_quietly,
};

/// A job and the runtime it was submitted from.
pub(crate) struct WithRuntime {
    job: Job,
    /// The default lane of the caller's runtime, which has the handle: cloning one pointer is cheaper than cloning the handle. `None`
    /// if the threads belong to that runtime.
    caller: Option<Arc<Lane<Self>>>,
}

impl WithRuntime {
    pub(crate) fn new(job: Job) -> Self {
        let caller = threads::caller_runtime();
        Self {
            job,
            caller: caller.map(|runtime| default::lane(&runtime)),
        }
    }

    /// For a job that runs on the threads of the runtime it was submitted from.
    pub(crate) const fn same_runtime(job: Job) -> Self {
        Self { job, caller: None }
    }

    pub(crate) fn into_job(self) -> Job {
        self.job
    }
}

impl Task for WithRuntime {
    fn run(self, settle: &mut dyn FnMut(Ending, Times)) {
        let entered = match self.caller.as_ref().map(|lane| &lane.spawner) {
            Some(Spawner::Borrowed(runtime)) => Some(runtime.enter()),
            _ => None,
        };
        self.job.run_and_settle(settle);
        // tokio panics here if the body has leaked an `EnterGuard` of its own. The thread must survive that.
        if let Some(entered) = entered {
            drop_quietly(entered);
        }
    }

    fn refuse(self, error: Error) {
        self.job.refuse(error);
    }

    fn call(&self) -> Option<&Arc<dyn Run>> {
        self.job.call()
    }

    fn is_dead(&self) -> bool {
        self.job.is_abandoned()
    }
}
