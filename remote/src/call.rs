//! `Call`: one call as a future.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{failure::Failure, reply::Reply};

/// One call. Nothing happens before the first poll.
#[must_use = "futures do nothing unless polled"]
#[derive(Debug)]
pub struct Call {
    _stage: (),
}

impl Call {
    pub(crate) fn new() -> Self {
        Self { _stage: () }
    }

    /// Asks the call to end. A waiting call ends as cancelled; a running one is told, then killed after the grace.
    pub fn cancel(&mut self) {
        unimplemented!()
    }

    /// Whether a worker has it.
    pub fn is_running(&self) -> bool {
        unimplemented!()
    }
}

impl Future for Call {
    type Output = Result<Reply, Failure>;

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<Self::Output> {
        unimplemented!()
    }
}
