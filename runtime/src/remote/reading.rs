//! An answer that is read: here, or by a thread that may block if it is large.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use tokio::runtime::Handle;
use tokio_offload_remote::{Failure, Point, Reply};

use super::{
    answer::ReturnValue,
    codec::guarded,
    failure::{codec, error},
};
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

/// Answers from this size on are read on a blocking thread.
///
/// Chosen by the benchmark `decode` of `remote`. At this size it takes 330 us to read the worst kind, short strings, and 12 us to ask a
/// blocking thread for anything. At half the size it takes 94 us, which delays an async worker little.
const LARGE: usize = 32 << 10;

/// A large answer on its way to a blocking thread. It is a call of the default executor, which has a thread for it also where bodies that
/// wait for answers occupy all.
pub(super) struct Reading<R> {
    call: Arc<dyn Call<Result<R, Error>, ()>>,
    /// The answer, until the thread takes it.
    reply: Arc<Mutex<Option<Reply>>>,
}

impl<R: ReturnValue> Reading<R> {
    /// Sends a large answer to a blocking thread, if there is a runtime that has some. A body is on a thread that may block, and while all
    /// such threads wait for answers, no other would read one.
    pub(super) fn begin(end: Result<Reply, Failure>) -> Result<Self, Result<Reply, Failure>> {
        static SITE: Site = Site::ours("remote_answer");
        let may_block = current::is_body() && !inline_mark::is_set();
        let reply = match end {
            Ok(reply) if reply.bytes().len() >= LARGE && !may_block => reply,
            end => return Err(end),
        };
        if Handle::try_current().is_err() {
            return Err(Ok(reply));
        }
        let reply = Arc::new(Mutex::new(Some(reply)));
        let theirs = Arc::clone(&reply);
        let read = move || {
            let reply = theirs.lock().take();
            open(reply.ok_or(Failure::Shutdown))
        };
        let call: Arc<dyn Call<_, _>> = Arc::new(Cell::new(&SITE, read, ()));
        call.begin();
        default::submit(Job::new(Arc::clone(&call).job()));
        Ok(Self { call, reply })
    }

    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<R, Error>> {
        match self.call.poll(cx.waker()) {
            Step::Ready(Ok(read)) => Poll::Ready(read),
            // There is no thread: it is read here, unless one had begun.
            Step::Ready(Err(error)) => {
                let reply = self.reply.lock().take();
                Poll::Ready(reply.map_or(Err(error), |reply| open(Ok(reply))))
            }
            Step::Pending | Step::Submit(()) => Poll::Pending,
        }
    }
}

impl<R> Drop for Reading<R> {
    fn drop(&mut self) {
        self.call.abandon();
    }
}

/// Reads the answer.
pub(super) fn open<R: ReturnValue>(end: Result<Reply, Failure>) -> Result<R, Error> {
    let reply = end.map_err(error)?;
    let answer = guarded("Deserialize", || R::read(reply.bytes()));
    answer.map_err(|error| Error::Codec(codec(&error.at(Point::DecodeResult))))
}
