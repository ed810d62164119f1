//! The task of a node runs on the thread that has the connection, and its program waits for it.

use std::{future::Future, panic::resume_unwind, time::Duration};

use tokio::{
    sync::oneshot,
    task::{JoinError, JoinHandle},
};

use super::{error::NodeError, state::NodeState};
use crate::link::Link;

/// Serves until `stop` is ready, and then until nothing is left to do. `stop` is code of the program, so it is polled here and not on the
/// thread of the connection.
pub(super) async fn serve(
    link: &Link,
    node: NodeState,
    stop: impl Future<Output = ()>,
    grace: Duration,
) -> Result<(), NodeError> {
    let (tell, told) = oneshot::channel();
    let stopped = async { drop(told.await) };
    let mut task = AbortOnDrop(link.spawn(node.run(stopped, grace)));
    tokio::select! {
        () = stop => drop(tell.send(())),
        ended = &mut task.0 => return end(ended),
    }
    end((&mut task.0).await)
}

/// Ends the task if its program drops the future.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The result of the task. It is aborted when the thread that has the connection ends.
fn end(ended: Result<Result<(), NodeError>, JoinError>) -> Result<(), NodeError> {
    ended.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => Err(NodeError::text("the connection was closed".to_owned())),
    })
}
