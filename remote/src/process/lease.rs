//! The right to give a worker its next call, as it goes from caller to caller.

use std::{sync::Arc, time::Instant};

use crate::process::{WorkerProcess, registration::Registration};

/// The right to give a worker its next call: the holder is alone with it.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) worker: Arc<WorkerProcess>,
    /// The socket as the runtime of the last caller waits for it.
    pub(crate) registration: Option<Registration>,
    pub(crate) calls: u64,
    pub(crate) idle_since: Option<Instant>,
    /// The worker said that it goes.
    pub(crate) leaving: bool,
}

impl Lease {
    pub(crate) fn new(worker: Arc<WorkerProcess>) -> Self {
        Self {
            worker,
            registration: None,
            calls: 0,
            idle_since: None,
            leaving: false,
        }
    }
}
