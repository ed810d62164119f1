//! How the work of a call is polled: by its caller, or by the task of a call that was started.

use std::{
    mem,
    task::{Context, Poll, Waker},
};

use super::{answer::ReturnValue, call::RemoteCall, state::CallState};
use crate::{
    call::{outcome::Ending, traits::Step},
    error::Error,
    offload::place::On,
    unwind::drop_quietly,
};

impl<R: ReturnValue> RemoteCall<R> {
    /// Polls the call for its caller.
    pub(super) fn poll_here(&self, waker: &Waker) -> Step<R, On> {
        match self.advance(&mut Context::from_waker(waker)) {
            Poll::Pending => Step::Pending,
            Poll::Ready((result, how)) => {
                let before = mem::replace(&mut *self.stage.lock(), CallState::Gone);
                if let CallState::Live(mut live) = before {
                    live.account.end(how);
                }
                Step::Ready(result)
            }
        }
    }

    /// Polls the work, unless somebody else does.
    pub(super) fn advance(&self, cx: &mut Context<'_>) -> Poll<(Result<R, Error>, Ending)> {
        self.or_end(|| self.poll_work(cx))
    }

    /// Does something with the work of the call. If that unwinds, the work is gone with it, and the call has ended.
    pub(super) fn or_end<T>(&self, act: impl FnOnce() -> T) -> T {
        let end = EndOnUnwind(self);
        let done = act();
        mem::forget(end);
        done
    }

    fn poll_work(&self, cx: &mut Context<'_>) -> Poll<(Result<R, Error>, Ending)> {
        let Some(mut work) = self.take() else {
            return Poll::Pending;
        };
        loop {
            if let Poll::Ready(end) = work.poll(cx) {
                return Poll::Ready(end);
            }
            let mut stage = self.stage.lock();
            let CallState::Live(live) = &mut *stage else {
                drop(stage);
                drop_quietly(work);
                return Poll::Pending;
            };
            if work.is_running() {
                live.account.begin();
            }
            if !mem::take(&mut live.cancelled) {
                live.work = Some(work);
                return Poll::Pending;
            }
            drop(stage);
            work.cancel();
        }
    }
}

/// Ends a call that would otherwise wait for ever for work that was lost. Forgotten if nothing unwinds.
struct EndOnUnwind<'a, R: ReturnValue>(&'a RemoteCall<R>);

impl<R: ReturnValue> Drop for EndOnUnwind<'_, R> {
    fn drop(&mut self) {
        self.0.end(Error::Cancelled);
    }
}
