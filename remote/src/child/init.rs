//! `init`: the entry point of a worker.

use crate::{
    child::{self, hooks::WorkerHooks},
    role,
};

/// The hooks of binaries with the feature `test-util`: the first in this slice, if any. Its name is as that of the list of functions.
#[cfg(feature = "test-util")]
#[linkme::distributed_slice]
pub static TOKIO_OFFLOAD_0_1_ENTRIES: [WorkerHooks];

/// Call it first in `main`. In a worker process it never returns. In other processes it notes that it was called.
pub fn init(worker: WorkerHooks) {
    if let Some((socket, summons)) = child::summoned() {
        child::run(worker, socket, summons);
    }
    role::note_init();
}

/// Whether the running call of this worker was asked to stop.
pub fn stop_requested() -> bool {
    child::stop_requested()
}

/// Whether this process is a worker.
pub fn is_worker() -> bool {
    role::is_worker()
}
