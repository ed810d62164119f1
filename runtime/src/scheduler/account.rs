//! How many bodies of a lane run, and why it takes no more jobs.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::error::{Cause, Error};

/// Why a lane takes no more jobs.
#[derive(Clone)]
pub(crate) enum CloseReason {
    /// It was closed or shut down.
    Shutdown,
    /// A thread could not be set up.
    Init(Arc<Cause>),
}

impl CloseReason {
    pub(crate) fn error(&self) -> Error {
        match self {
            Self::Shutdown => Error::Shutdown,
            Self::Init(cause) => Error::Init(Arc::clone(cause)),
        }
    }
}

/// How many bodies run. Begins are counted under the lane's lock, ends without it: they come between a body and its caller.
#[derive(Default)]
pub(crate) struct Running(AtomicUsize);

impl Running {
    pub(super) fn begin(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// A job taken by `pop`, or begun in place, has ended.
    pub(crate) fn end(&self) {
        self.0.fetch_sub(1, Ordering::Release);
    }

    pub(super) fn count(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }
}
