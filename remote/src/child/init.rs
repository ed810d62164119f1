//! The way into a worker: `init`, and what is done around bodies.

use std::fmt;

use crate::{child, pool::functions::Function, role};

/// Runs a body, with what has to be there before it and after it.
pub type Around =
    fn(function: &'static Function, headers: &[(String, String)], body: &mut dyn FnMut());

/// What is done around bodies in a worker.
#[derive(Clone, Copy)]
pub struct WorkerHooks {
    /// Called around each body on the worker's body thread, with the headers of the call.
    pub around: Around,
    /// Called once on the control thread when the running call is asked to stop. The body does not end before it returns.
    pub on_stop: fn(),
}

impl WorkerHooks {
    /// Nothing is done around bodies.
    pub const PLAIN: Self = Self {
        around: |_, _, body| body(),
        on_stop: || (),
    };
}

impl fmt::Debug for WorkerHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerHooks").finish_non_exhaustive()
    }
}

/// What binaries with the feature `test-util` do around bodies: the first in this slice, if any.
#[cfg(feature = "test-util")]
#[linkme::distributed_slice]
pub static ENTRIES: [WorkerHooks];

/// First thing in `main`. In a worker process it never returns; elsewhere it notes that it was called.
pub fn init(worker: WorkerHooks) {
    if let Some((socket, summons)) = child::summoned() {
        child::run(worker, socket, summons);
    }
    role::note_init();
}

/// In a worker: the running call was asked to stop.
pub fn stop_requested() -> bool {
    child::stop_requested()
}

/// Whether this process is a worker.
pub fn is_worker() -> bool {
    role::is_worker()
}
