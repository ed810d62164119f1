//! The interface between a node and a place for bodies.

use std::{future::Future, pin::Pin, time::Duration};

use tokio::{runtime::Handle, sync::oneshot};
use tokio_offload_remote::Function;

use crate::message::Outcome;

/// How a body ended.
#[derive(Debug)]
pub(crate) enum BodyEnd {
    Ended(Outcome),
    /// The place was shut down before the body began.
    Closed,
}

impl From<Outcome> for BodyEnd {
    fn from(outcome: Outcome) -> Self {
        Self::Ended(outcome)
    }
}

/// A body to run.
pub(crate) struct Body {
    pub(crate) function: &'static Function,
    pub(crate) arguments: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) limit: Option<Duration>,
    /// Ready, or dropped, when the body must end.
    pub(crate) stop: oneshot::Receiver<()>,
    /// Receives how it ended. Its slot may stay occupied for longer.
    pub(crate) ended: Box<dyn FnOnce(BodyEnd) + Send>,
}

/// A future that runs until the slot of a body is free again.
pub(crate) type Occupied = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A place for bodies, as a node uses it.
pub trait Place: Send + Sync {
    /// How many bodies run there at once by default.
    #[doc(hidden)]
    fn slots(&self) -> usize;

    /// Runs a body of a program that has this runtime. The future is polled on the thread that has the connection.
    #[doc(hidden)]
    #[allow(private_interfaces, reason = "nobody else can implement or call it")]
    fn start(&self, body: Body, program: Handle) -> Occupied;
}
