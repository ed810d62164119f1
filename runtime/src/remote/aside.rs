//! Work that takes long, such as to read a large answer: a thread that may block does it.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

use crate::{
    call::{
        cell::Cell,
        current,
        site::Site,
        traits::{Call, Step},
    },
    error::Error,
    executor::{Job, default, inline_mark},
    sync::Mutex,
};

/// Work on its way to a blocking thread. It is a call of the default executor, which has a thread for it also where bodies that
/// wait for answers occupy all.
pub(super) struct Aside<I, O> {
    call: Arc<dyn Call<Option<O>, ()>>,
    /// What the work is done with, until the thread takes it.
    input: Arc<Mutex<Option<I>>>,
    work: fn(I) -> O,
}

impl<I: Send + 'static, O: Send + 'static> Aside<I, O> {
    /// Sends it to a blocking thread, if there is a runtime that has some; else it returns `input`. A body is on a thread that may
    /// block, and while all such threads wait for calls, no other would do this work.
    pub(super) fn begin(site: &'static Site, input: I, work: fn(I) -> O) -> Result<Self, I> {
        let may_block = current::is_body() && !inline_mark::is_set();
        if may_block || Handle::try_current().is_err() {
            return Err(input);
        }
        let input = Arc::new(Mutex::new(Some(input)));
        let theirs = Arc::clone(&input);
        let body = move || {
            let input = theirs.lock().take();
            input.map(work)
        };
        let call: Arc<dyn Call<_, _>> = Arc::new(Cell::new(site, body, ()));
        call.begin();
        default::submit(Job::new(Arc::clone(&call).job()));
        Ok(Self { call, input, work })
    }

    /// What comes of it. Where there is no thread it is done here, unless one had begun.
    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<O, Error>> {
        let error = match self.call.poll(cx.waker()) {
            Step::Ready(Ok(Some(output))) => return Poll::Ready(Ok(output)),
            Step::Ready(Ok(None)) => Error::Shutdown,
            Step::Ready(Err(error)) => error,
            Step::Pending | Step::Submit(()) => return Poll::Pending,
        };
        let input = self.input.lock().take();
        Poll::Ready(input.map(self.work).ok_or(error))
    }
}

impl<I, O> Drop for Aside<I, O> {
    fn drop(&mut self) {
        self.call.abandon();
    }
}
