//! Why a lane takes no more jobs.

use std::sync::Arc;

use crate::error::{Cause, Error};

/// Why a lane takes no more jobs.
#[derive(Clone)]
pub(crate) enum CloseReason {
    /// It was closed or shut down.
    Shutdown,
    /// The `init` of a thread failed.
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
