//! `Call`: one call as a future, from the first poll to its result.
//!
//! - `check`: checks before the call is submitted. `queued`: the call while it waits for a worker.
//! - `in_flight`: the call at its worker. `transfer`: its bytes. `closing`: its end, if the worker has died. `answer`: turns the reply
//!   into a result.
//! - `remote`: implements the trait `Remote` for `Workers`.
//!
//! May import `error`, `functions`, `panics`, `pool`, `process`, `reply`, `role`, `sync`, `timer`, `unwind` and `wire`. Nothing
//! but `lib.rs` imports this folder.

use std::{
    fmt,
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::runtime::Handle;

use crate::{
    call::{
        answer::answer,
        check::check,
        in_flight::InFlight,
        queued::QueuedCall,
        transfer::{LostExchange, Outcome, unregistered},
    },
    error::Failure,
    functions::Function,
    pool::{
        expected::ExpectedCall,
        inner::{Inner, Submitted},
        request::Request,
        stats::Ended,
    },
    reply::Reply,
    role,
    wire::{
        codec::{CodecError, Point},
        frame::Broken,
        message::Headers,
    },
};

mod answer;
mod check;
mod closing;
pub(crate) mod in_flight;
pub(crate) mod queued;
mod remote;
pub(crate) mod transfer;

/// One call to a worker. Nothing happens before the first poll.
///
/// If it is dropped while it is queued, it never runs. If it is dropped while it runs, its worker is killed, or finishes with
/// `detach_on_drop`.
#[must_use = "futures do nothing unless polled"]
pub struct Call {
    inner: &'static Inner,
    stage: Stage,
    /// Whether it was given to a worker, which may have started its body.
    had_worker: bool,
    /// Its place, if it was submitted before its arguments were written.
    expected: Option<ExpectedCall>,
}

#[derive(Debug)]
enum Stage {
    New(&'static Function, Result<Vec<u8>, CodecError>, Headers),
    Queued(Arc<QueuedCall>),
    Running(Box<InFlight>),
    /// Cancelled, and the caller has not seen that yet.
    Cancelled,
    Over,
}

impl Call {
    pub(crate) fn new(
        inner: &'static Inner,
        function: &'static Function,
        arguments: Result<Vec<u8>, CodecError>,
        headers: Headers,
    ) -> Self {
        Self {
            inner,
            stage: Stage::New(function, arguments, headers),
            had_worker: false,
            expected: None,
        }
    }

    /// The place of a call that has not been polled.
    pub(crate) fn took_place(&mut self, expected: ExpectedCall) {
        self.expected = Some(expected);
    }

    /// Adds headers to a call that has not been polled. A header replaces an earlier one of the same name.
    pub fn add_headers(&mut self, new: Vec<(String, String)>) {
        if let Stage::New(_, _, headers) = &mut self.stage {
            headers.retain(|(name, _)| new.iter().all(|(other, _)| name != other));
            headers.extend(new);
        }
    }

    /// Asks the call to end. It still has to be awaited. A queued call never runs, and ends as cancelled. A running body is asked to stop
    /// and killed after the grace of the pool, or killed at once if there is none. If it returns before that, its result counts.
    pub fn cancel(&mut self) {
        if role::forked_from().is_some() {
            return;
        }
        self.stage = match mem::replace(&mut self.stage, Stage::Over) {
            Stage::New(..) => {
                self.inner.record(Ended::Cancelled);
                self.expected = None;
                Stage::Cancelled
            }
            Stage::Queued(queued) => match queued.withdraw() {
                Some(mut in_flight) => {
                    in_flight.cancel();
                    Stage::Running(in_flight)
                }
                None => Stage::Queued(queued),
            },
            Stage::Running(mut in_flight) => {
                in_flight.cancel();
                Stage::Running(in_flight)
            }
            other => other,
        };
    }

    /// Whether a worker has it. As far as this process can know, its body has started then.
    pub fn is_running(&self) -> bool {
        match &self.stage {
            Stage::Queued(queued) => queued.is_running(),
            Stage::Running(in_flight) => in_flight.is_running(),
            _ => false,
        }
    }

    /// Makes the entry in the queue. It has no waker yet, since none may be cloned under the lock of the pool; it is polled next.
    fn wait(&self) -> impl FnOnce(u64, Request) -> Arc<QueuedCall> + use<> {
        let inner = self.inner;
        move |position, request| QueuedCall::new(inner, position, request)
    }

    fn submit(&mut self, mut request: Request) -> Result<(), Failure> {
        // Kept until the pool has the call, so that it is never seen idle in between.
        let expected = self.expected.take();
        request.position = expected.as_ref().map(ExpectedCall::position);
        self.enter(self.inner.submit(request, self.wait()))
    }

    fn enter(&mut self, submitted: Submitted<QueuedCall>) -> Result<(), Failure> {
        self.stage = match submitted {
            Submitted::Assigned(lease, request, id) => {
                Stage::Running(InFlight::begin(self.inner, lease, request, id))
            }
            Submitted::Queued(queued) => Stage::Queued(queued),
            Submitted::Refused(failure) => return Err(failure),
        };
        Ok(())
    }

    /// The worker of the call died. The call ends, unless it may be retried.
    fn lost(&mut self, loss: LostExchange) -> Result<(), Failure> {
        let mut request = loss.request;
        let retry = if loss.unread && request.unread < self.inner.config.process_count() {
            request.unread += 1;
            true
        } else {
            request.kills += 1;
            request.kills <= self.inner.config.retries
        };
        if retry {
            return self.enter(self.inner.resubmit(request, self.wait()));
        }
        self.inner.record_death();
        // A worker that never read the call ran nothing.
        let name = if loss.unread { "" } else { request.function };
        let exit = loss.end.worker_exit(loss.pid, name, request.kills);
        self.inner.buffers.keep_request(request.frame);
        Err(Failure::Died(exit))
    }

    fn poll_stage(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, Failure>> {
        loop {
            self.had_worker |= matches!(self.stage, Stage::Running(_));
            match &mut self.stage {
                Stage::New(..) => {
                    let new = mem::replace(&mut self.stage, Stage::Over);
                    let Stage::New(function, arguments, headers) = new else {
                        continue;
                    };
                    match check(self.inner, function, arguments, &headers) {
                        Ok(request) => self.submit(request)?,
                        Err((failure, ended)) => {
                            self.inner.record(ended);
                            return Poll::Ready(Err(failure));
                        }
                    }
                }
                Stage::Queued(queued) => match ready!(queued.poll(cx)) {
                    Ok(in_flight) => self.stage = Stage::Running(in_flight),
                    Err(failure) => return Poll::Ready(Err(failure)),
                },
                Stage::Running(in_flight) => match ready!(in_flight.poll(cx)) {
                    Outcome::Answered(head, incoming) => {
                        return Poll::Ready(answer(self.inner, head, incoming));
                    }
                    Outcome::Broken => {
                        let error = CodecError::new(&Broken::Unknown).at(Point::DecodeResult);
                        return Poll::Ready(Err(Failure::Codec(error)));
                    }
                    Outcome::Killed(reason) => return Poll::Ready(Err(reason.failure())),
                    Outcome::Unregistered(error) => return Poll::Ready(Err(unregistered(&error))),
                    Outcome::Lost(loss) => self.lost(loss)?,
                },
                Stage::Cancelled => return Poll::Ready(Err(Failure::Cancelled)),
                Stage::Over => panic!("a call was polled after its end"),
            }
        }
    }
}

impl Future for Call {
    type Output = Result<Reply, Failure>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let (Some(owner), false) = (role::forked_from(), matches!(self.stage, Stage::Over)) {
            self.give_up();
            return Poll::Ready(Err(Failure::Forked(owner)));
        }
        let has_runtime = Handle::try_current().is_ok();
        let poll = if has_runtime || matches!(self.stage, Stage::Cancelled | Stage::Over) {
            self.poll_stage(cx)
        } else {
            Poll::Ready(Err(self.without_runtime()))
        };
        if poll.is_ready() {
            self.stage = Stage::Over;
            self.expected = None;
        }
        poll
    }
}

impl Call {
    /// The failure of a call that is polled outside of a runtime with I/O.
    fn without_runtime(&mut self) -> Failure {
        if !matches!(self.stage, Stage::New(..)) {
            self.give_up();
            return Failure::NoRuntime;
        }
        self.inner.record(Ended::Refused);
        role::check().err().unwrap_or(Failure::NoRuntime)
    }

    fn give_up(&mut self) {
        let stage = mem::replace(&mut self.stage, Stage::Over);
        if role::forked_from().is_some() {
            // This process is a fork. The call continues in the other process, and must not be touched here.
            return mem::forget(stage);
        }
        match stage {
            Stage::Queued(queued) => drop(queued.leave()),
            other => drop(other),
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.give_up();
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &self.stage {
            Stage::New(..) => "New",
            Stage::Queued(_) => "Queued",
            Stage::Running(_) => "Running",
            Stage::Cancelled | Stage::Over => "Over",
        };
        f.debug_tuple("Call").field(&stage).finish()
    }
}

#[cfg(test)]
mod tests;
