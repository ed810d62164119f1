//! The commands to the thread that has the connection.

use std::sync::Arc;

use async_nats::{Client, Subscriber};
use tokio::sync::oneshot;

use super::{denial::Denial, progress::Shared};
use crate::{dispatcher::NewCall, message::Start, parts::Came};

/// A command to the thread that has the connection.
#[derive(Debug)]
pub(crate) enum Command {
    Submit(Box<NewCall>, Arc<Shared>),
    Cancel(u64),
    Forget(u64),
    /// Bytes of a large result have come.
    Came(Start, Came),
    /// A large result was fetched from the node with that subject, or is gone.
    Fetched(Start, Option<Vec<u8>>, String),
    Connected,
    Disconnected,
    /// There is a new client, with the subscription to the inbox.
    Reopened(Box<(Client, Subscriber)>),
    /// An attempt to connect again has failed.
    Unreached(Unreached),
    /// The servers have refused something.
    Denied(Denial),
    /// A query failed because the inbox is refused. Tries again whether it still is.
    Asked,
    /// End all calls, and do the deferred work.
    Settle(oneshot::Sender<()>),
    Close,
}

/// Why an attempt to connect again has failed.
#[derive(Debug)]
pub(crate) struct Unreached {
    pub(crate) text: String,
    /// Whether a server was reached and refused the login.
    pub(crate) is_login: bool,
}
