//! Work on a value that may take long: a thread does it that may block.

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

/// Answers from this size on are read on a blocking thread, and arguments of more bytes are written there.
///
/// Chosen by the benchmark `decode` of `remote`. At this size it takes 330 us to read the worst kind, short strings, and 12 us to ask a
/// blocking thread for anything. At half the size it takes 94 us, which delays an async worker little.
pub(super) const LARGE: usize = 32 << 10;

/// A value on its way to a blocking thread. It is a call of the default executor, which has a thread for it also where bodies that wait
/// occupy all.
pub(super) struct OnThread<I, O> {
    call: Arc<dyn Call<Option<O>, ()>>,
    /// The value, until the thread takes it.
    input: Arc<Mutex<Option<I>>>,
    work: fn(I) -> O,
}

/// Whether this thread should not work for long, and there is a runtime whose threads may. A body is on a thread that may block, and while
/// all such threads wait for calls, no other would do this work.
pub(super) fn is_useful() -> bool {
    let may_block = current::is_body() && !inline_mark::is_set();
    !may_block && Handle::try_current().is_ok()
}

impl<I: Send + 'static, O: Send + 'static> OnThread<I, O> {
    pub(super) fn begin(site: &'static Site, input: I, work: fn(I) -> O) -> Self {
        let input = Arc::new(Mutex::new(Some(input)));
        let theirs = Arc::clone(&input);
        let body = move || {
            let input = theirs.lock().take();
            input.map(work)
        };
        let call: Arc<dyn Call<_, _>> = Arc::new(Cell::new(site, body, ()));
        call.begin();
        default::submit(Job::new(Arc::clone(&call).job()));
        Self { call, input, work }
    }

    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<O, Error>> {
        match self.call.poll(cx.waker()) {
            Step::Ready(Ok(output)) => Poll::Ready(output.ok_or(Error::Shutdown)),
            // There is no thread: the work is done here, unless one had begun.
            Step::Ready(Err(error)) => {
                let input = self.input.lock().take();
                Poll::Ready(input.map(self.work).ok_or(error))
            }
            Step::Pending | Step::Submit(()) => Poll::Pending,
        }
    }
}

impl<I, O> Drop for OnThread<I, O> {
    fn drop(&mut self) {
        self.call.abandon();
    }
}
