//! The way into a worker: `init`.

use crate::{
    child::{self, hooks::WorkerHooks},
    role,
};

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
