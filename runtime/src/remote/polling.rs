//! How the work of a call is polled: by its caller, or by the task of a call that was started.
//!
//! The place may be code of a user. If it panics, the call ends with that panic, and its work is dropped.

use std::{
    mem,
    task::{Context, Poll, Waker},
    time::Instant,
};

use super::{
    answer::ReturnValue,
    call::RemoteCall,
    state::CallState,
    work::{Work, catch_panic},
};
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
                let before = mem::replace(&mut *self.state.lock(), CallState::Gone);
                if let CallState::Live(mut live) = before {
                    live.account.end(how);
                }
                Step::Ready(result)
            }
        }
    }

    /// Polls the work, unless another thread does.
    pub(super) fn advance(&self, cx: &mut Context<'_>) -> Poll<(Result<R, Error>, Ending)> {
        let Some((mut work, is_first)) = self.take() else {
            return Poll::Pending;
        };
        let mut prepare: fn(&mut Work<R>) = if is_first { Work::renew } else { |_| () };
        loop {
            let polled = catch_panic(|| {
                prepare(&mut work);
                let end = work.poll(cx);
                let is_running = end.is_pending() && work.is_running();
                (is_running, work.began(), end)
            });
            let (is_running, began, end) =
                polled.unwrap_or_else(|panic| (false, None, Poll::Ready(broken(panic))));
            if end.is_ready() {
                self.note(began);
                // The end is kept, also if dropping the work panics.
                drop_quietly(work);
                return end;
            }
            let mut state = self.state.lock();
            let CallState::Live(live) = &mut *state else {
                drop(state);
                drop_quietly(work);
                return Poll::Pending;
            };
            if is_running {
                live.account.begin(began);
            }
            if !mem::take(&mut live.cancelled) {
                live.work = Some(work);
                return Poll::Pending;
            }
            drop(state);
            prepare = Work::cancel;
        }
    }
}

impl<R: ReturnValue> RemoteCall<R> {
    /// The call has ended before anybody saw that it had begun.
    fn note(&self, began: Option<Instant>) {
        if began.is_none() {
            return;
        }
        if let CallState::Live(live) = &mut *self.state.lock() {
            live.account.begin(began);
        }
    }
}

/// Not counted as a panic, for it was none of the body.
fn broken<R>(panic: Error) -> (Result<R, Error>, Ending) {
    (Err(panic), Ending::Refused)
}
