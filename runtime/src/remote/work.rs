//! The future inside a call: first the call of the engine, then, if the answer is large, the thread that reads it.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio_offload_remote::Ongoing;

use super::{
    answer::ReturnValue,
    failure::how,
    headers,
    reading::{Reading, open},
};
use crate::{
    call::outcome::Ending,
    error::{Error, Panic},
};

/// What is polled.
pub(super) enum Work<R> {
    /// The body runs, or will.
    Call(Box<dyn Ongoing>),
    /// The body has ended so, its answer is being read, and it had begun then, if that is known.
    Reading(Reading<R>, Ending, Option<Instant>),
}

impl<R: ReturnValue> Work<R> {
    /// Polls it: the result, and what it is counted as.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Result<R, Error>, Ending)> {
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
            Self::Call(call) => call.is_running(),
            Self::Reading(..) => true,
        }
    }

    /// When the body began, if its place knows.
    pub(super) fn began(&self) -> Option<Instant> {
        match self {
            Self::Call(call) => call.began(),
            Self::Reading(.., began) => *began,
        }
    }

    /// Adds what is current where the call starts.
    pub(super) fn renew(&mut self) {
        if let Self::Call(call) = self {
            headers::renew(&mut **call);
        }
    }

    /// Ends it early. An answer that has come stays one.
    pub(super) fn cancel(&mut self) {
        if let Self::Call(call) = self {
            call.cancel();
        }
    }
}

/// Runs code of a place. Its panic is the end of the call.
pub(super) fn catch_panic<T>(act: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|payload| Error::Panicked(Panic::new(payload)))
}
