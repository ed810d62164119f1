//! `StartFailure`: why a worker could not be made ready. Every call that waits for one gets it.

use std::io;

use crate::error::{Failure, StartError};

/// Why a worker could not be made ready, in a form from which each waiting call gets an error.
#[derive(Debug)]
pub(crate) enum StartFailure {
    Privileged(String),
    Spawn(io::Error),
    Start(StartError),
}

impl StartFailure {
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Spawn(error) => Failure::Spawn(match error.raw_os_error() {
                Some(code) => io::Error::from_raw_os_error(code),
                None => io::Error::new(error.kind(), error.to_string()),
            }),
            Self::Privileged(rights) => Failure::Privileged(rights.clone()),
            Self::Start(error) => Failure::Start(error.clone()),
        }
    }
}

impl From<io::Error> for StartFailure {
    fn from(error: io::Error) -> Self {
        Self::Spawn(error)
    }
}

impl From<StartError> for StartFailure {
    fn from(error: StartError) -> Self {
        Self::Start(error)
    }
}
