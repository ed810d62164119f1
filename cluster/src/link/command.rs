//! What the thread with the connection is told.

use std::sync::Arc;

use super::{denial::Denial, progress::Shared};
use crate::{desk::NewCall, message::Start};

/// What the thread with the connection is told.
#[derive(Debug)]
pub(crate) enum Command {
    Submit(Box<NewCall>, Arc<Shared>),
    Cancel(u64),
    Forget(u64),
    Fetched(Start, Option<Vec<u8>>),
    Connected,
    Disconnected,
    /// The servers refused something.
    Denied(Denial),
    Close,
}
