//! What a node asks of a place for bodies.

use std::{future::Future, pin::Pin, time::Duration};

use tokio::sync::oneshot;
use tokio_offload_remote::Function;

use crate::message::Outcome;

/// A body that is to run.
pub(crate) struct Body {
    pub(crate) function: &'static Function,
    pub(crate) arguments: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) limit: Option<Duration>,
    /// Comes, or is dropped, when the body is to end.
    pub(crate) stop: oneshot::Receiver<()>,
    /// Hears how it ended. Its place may be taken for longer.
    pub(crate) ended: Box<dyn FnOnce(Outcome) + Send>,
}

/// What runs until the place of a body is free again.
pub(crate) type Occupied = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What a node asks of a place.
pub trait Place: Send + Sync {
    /// How many bodies run there at once, unless said otherwise.
    #[doc(hidden)]
    fn slots(&self) -> usize;

    /// Runs a body.
    #[doc(hidden)]
    #[allow(private_interfaces, reason = "nobody else can implement or call it")]
    fn start(&self, body: Body) -> Occupied;
}
