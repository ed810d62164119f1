//! The way into a worker: `init`.

use crate::registry::Function;

/// What the facade does around bodies in a worker.
#[derive(Clone, Copy)]
pub struct Worker {
    /// Called around each body on the worker's body thread, with the headers of the call.
    pub around:
        fn(function: &'static Function, headers: &[(String, String)], body: &mut dyn FnMut()),
    /// Called once on the control thread when the running call is asked to stop.
    pub on_stop: fn(),
}

/// What binaries with feature `test-util` do around bodies: registered by the facade, found by the constructor.
#[cfg(feature = "test-util")]
#[linkme::distributed_slice]
pub static ENTRIES: [Worker];

/// First thing in `main`. In a worker process it never returns; elsewhere it notes that it was called.
pub fn init(worker: Worker) {
    let _ = worker;
    unimplemented!()
}

/// In a worker: the running call was asked to stop.
pub fn stop_requested() -> bool {
    false
}

/// Whether this process is a worker.
pub fn is_worker() -> bool {
    false
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}
