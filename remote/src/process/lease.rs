//! The right to give a worker its next call. It is passed from caller to caller.

use std::{sync::Arc, time::Instant};

use crate::process::{WorkerProcess, registration::Registration};

/// The exclusive right to give a worker its next call.
#[derive(Debug)]
pub(crate) struct Lease {
    pub(crate) worker: Arc<WorkerProcess>,
    /// The registration of the socket with the runtime of the last caller.
    pub(crate) registration: Option<Registration>,
    pub(crate) calls: u64,
    pub(crate) idle_since: Option<Instant>,
    /// Whether the worker has announced that it exits.
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
