//! The way into a worker: `init`, and what each side knows of where it is.

use std::{
    fmt,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
};

use crate::{child, error::Failure, pool::functions::Function, system::privileges};

static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Runs a body, with what has to be there before it and after it.
pub type Around =
    fn(function: &'static Function, headers: &[(String, String)], body: &mut dyn FnMut());

/// What is done around bodies in a worker.
#[derive(Clone, Copy)]
pub struct Worker {
    /// Called around each body on the worker's body thread, with the headers of the call.
    pub around: Around,
    /// Called once on the control thread when the running call is asked to stop. The body does not end before it returns.
    pub on_stop: fn(),
}

impl Worker {
    /// Nothing is done around bodies.
    pub const PLAIN: Self = Self {
        around: |_, _, body| body(),
        on_stop: || (),
    };
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

/// What binaries with the feature `test-util` do around bodies: the first in this slice, if any.
#[cfg(feature = "test-util")]
#[linkme::distributed_slice]
pub static ENTRIES: [Worker];

/// First thing in `main`. In a worker process it never returns; elsewhere it notes that it was called.
pub fn init(worker: Worker) {
    if let Some((socket, summons)) = child::summoned() {
        child::run(worker, socket, summons);
    }
    INITIALIZED.store(true, Ordering::Relaxed);
}

/// In a worker: the running call was asked to stop.
pub fn stop_requested() -> bool {
    child::stop_requested()
}

/// Whether this process is a worker.
pub fn is_worker() -> bool {
    child::is_worker()
}

/// The process that asked for a worker first, and has all of them. Zero before that.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// The process that has the workers, if this one was forked from it: nothing of theirs may be touched here, not even a lock.
pub(crate) fn forked_from() -> Option<u32> {
    let owner = OWNER.load(Ordering::Relaxed);
    (owner != 0 && owner != std::process::id()).then_some(owner)
}

/// Whether this process may have workers.
pub(crate) fn check() -> Result<(), Failure> {
    if is_worker() {
        return Err(Failure::Nested);
    }
    if !INITIALIZED.load(Ordering::Relaxed) {
        return Err(Failure::NotInitialized);
    }
    if let Some(rights) = privileges::of_start() {
        return Err(Failure::Privileged(rights));
    }
    let (own, none) = (std::process::id(), 0);
    match OWNER.compare_exchange(none, own, Ordering::Relaxed, Ordering::Relaxed) {
        Err(owner) if owner != own => Err(Failure::Forked(owner)),
        _ => Ok(()),
    }
}
