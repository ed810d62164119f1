//! A started call: the task that polls it.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use tokio::runtime::Handle;

use super::{
    answer::ReturnValue,
    call::RemoteCall,
    state::{CallState, Live},
};
use crate::{
    call::{
        meter::{SubmittedAt, Times},
        outcome::Ending,
        site::Site,
        traits::{Around, Call, Run},
    },
    error::Error,
};

/// The task. The runtime drops it when it goes away.
struct Drive<R: ReturnValue>(Arc<RemoteCall<R>>);

impl<R: ReturnValue> Future for Drive<R> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.drive(cx)
    }
}

impl<R: ReturnValue> Drop for Drive<R> {
    fn drop(&mut self) {
        self.0.end(Error::Shutdown);
    }
}

impl<R: ReturnValue> RemoteCall<R> {
    /// Polls the call for the task that drives it.
    fn drive(&self, cx: &mut Context<'_>) -> Poll<()> {
        if let CallState::Live(Live {
            driver: Some(driver),
            ..
        }) = &mut *self.state.lock()
        {
            // The waker of the task is tokio's.
            driver.task = Some(cx.waker().clone());
        } else {
            return Poll::Ready(());
        }
        self.advance(cx)
            .map(|(result, how)| self.finish(result, how))
    }
}

impl<R: ReturnValue> Run for RemoteCall<R> {
    /// Submits the call, and starts the task that waits for its end. How the body ends is counted by the workers.
    fn run(self: Arc<Self>, _: Option<Around<'_>>, _: &mut dyn FnMut(Ending, Times)) {
        let Ok(runtime) = Handle::try_current() else {
            return self.end(Error::NoRuntime);
        };
        // The call takes its place here and now: whoever asks for room next must see it. The task looks again.
        if self
            .drive(&mut Context::from_waker(Waker::noop()))
            .is_pending()
        {
            runtime.spawn(Drive(self));
        }
    }

    fn site(&self) -> &'static Site {
        Call::site(self)
    }

    /// None is needed: nothing of ours queues the call.
    fn submitted_at(&self) -> Option<SubmittedAt> {
        None
    }

    fn refuse(&self, error: Error) {
        self.end(error);
    }

    fn is_queued(&self) -> bool {
        !self.is_finished()
    }

    fn has_ended(&self) -> bool {
        self.is_finished()
    }
}
