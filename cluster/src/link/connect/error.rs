//! `ConnectError`: why a process has no connection.

use std::{error, fmt};

/// Why a process has no connection.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectError(String);

impl ConnectError {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no connection to the cluster: {}", self.0)
    }
}

impl fmt::Debug for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConnectError").field(&self.0).finish()
    }
}

impl error::Error for ConnectError {}
