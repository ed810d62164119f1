//! What this process is: the program, a worker of it, or a copy of either.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::{error::Failure, system::privileges};

static INITIALIZED: AtomicBool = AtomicBool::new(false);
static IS_WORKER: AtomicBool = AtomicBool::new(false);

/// `init` was called, and this is no worker.
pub(crate) fn note_init() {
    INITIALIZED.store(true, Ordering::Relaxed);
}

/// From here on this process is a worker.
pub(crate) fn become_worker() {
    IS_WORKER.store(true, Ordering::Relaxed);
}

pub(crate) fn is_worker() -> bool {
    IS_WORKER.load(Ordering::Relaxed)
}

/// The process that started the first worker, and owns all of them. Zero before that.
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
