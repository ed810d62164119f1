//! The future inside a call: the thread that writes its arguments, if they are large, then the call of the engine, then, if the answer is
//! large, the thread that reads it.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio_offload_remote::{Function, Ongoing};

use super::{
    answer::ReturnValue,
    arguments::Arguments,
    failure::how,
    headers,
    reading::{Reading, open},
    writing::Writing,
};
use crate::{
    call::outcome::Ending,
    error::{Error, Panic},
};

/// What is polled.
pub(super) enum Work<R> {
    /// The arguments are to be written, or are being written.
    Writing(Box<Writing>),
    /// The body runs, or will.
    Call(Box<dyn Ongoing>),
    /// The body has ended so, its answer is being read, and it had begun then, if that is known.
    Reading(Reading<R>, Ending, Option<Instant>),
}

impl<R: ReturnValue> Work<R> {
    pub(super) fn new(function: &'static Function, arguments: Arguments) -> Self {
        let headers = headers::of_call();
        if arguments.are_large() {
            return Self::Writing(Box::new(Writing::new(function, arguments, headers)));
        }
        let place = function.place();
        Self::Call(place.call(function, arguments.into_bytes(), headers))
    }

    /// Polls it: the result, and what it is counted as.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Result<R, Error>, Ending)> {
        if let Self::Writing(writing) = self {
            match ready!(writing.poll(cx)) {
                Ok(call) => *self = Self::Call(call),
                Err(error) => return Poll::Ready((Err(error), Ending::Refused)),
            }
        }
        if let Self::Call(call) = self {
            let end = ready!(Pin::new(&mut *call).poll(cx));
            let how = how(&end);
            match Reading::begin(end) {
                Ok(reading) => *self = Self::Reading(reading, how, call.began()),
                Err(end) => return Poll::Ready((open(end), how)),
            }
        }
        let Self::Reading(reading, how, _) = self else {
            return Poll::Pending;
        };
        Poll::Ready((ready!(reading.poll(cx)), *how))
    }

    /// Whether the body runs.
    pub(super) fn is_running(&self) -> bool {
        match self {
            Self::Writing(_) => false,
            Self::Call(call) => call.is_running(),
            Self::Reading(..) => true,
        }
    }

    /// When the body began, if its place knows.
    pub(super) fn began(&self) -> Option<Instant> {
        match self {
            Self::Writing(_) => None,
            Self::Call(call) => call.began(),
            Self::Reading(.., began) => *began,
        }
    }

    /// Adds what is current where the call starts.
    pub(super) fn renew(&mut self) {
        match self {
            Self::Writing(writing) => writing.renew(),
            Self::Call(call) => headers::renew(&mut **call),
            Self::Reading(..) => {}
        }
    }

    /// Ends it early. An answer that has come stays one.
    pub(super) fn cancel(&mut self) {
        match self {
            Self::Writing(writing) => *self = Self::Call(writing.cancel()),
            Self::Call(call) => call.cancel(),
            Self::Reading(..) => {}
        }
    }
}

/// Runs code of a place. Its panic is the end of the call.
pub(super) fn catch_panic<T>(act: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|payload| Error::Panicked(Panic::new(payload)))
}
