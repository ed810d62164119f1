//! The part of a call that somebody polls: first the engine's call, then, if its answer is large, the thread that reads it.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Instant,
};

use tokio::{runtime::Handle, task::JoinHandle};
use tokio_offload_remote::{Failure, Ongoing, Point, Reply};

use super::{
    answer::ReturnValue,
    codec::guarded,
    failure::{codec, error, how},
    headers,
};
use crate::{
    call::outcome::Ending,
    error::{Error, Panic},
    sync::Mutex,
    unwind::catch,
};

/// Answers from this size on are read on a blocking thread.
///
/// Chosen by the benchmark `decode` of `remote`. At this size it takes 330 us to read the worst kind, short strings, and 12 us to ask a
/// blocking thread for anything. At half the size it takes 94 us, which delays an async worker little.
const LARGE: usize = 32 << 10;

/// What is polled.
pub(super) enum Work<R> {
    /// The body runs, or will.
    Call(Box<dyn Ongoing>),
    /// The body has ended so, its answer is being read, and it had begun then, if that is known.
    Reading(JoinHandle<Result<R, Error>>, Ending, Option<Instant>),
}

impl<R: ReturnValue> Work<R> {
    /// Polls it: the result, and what it is counted as.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<(Result<R, Error>, Ending)> {
        if let Self::Call(call) = self {
            let end = ready!(Pin::new(&mut *call).poll(cx));
            let how = how(&end);
            match elsewhere(end) {
                Ok(reading) => *self = Self::Reading(reading, how, call.began()),
                Err(end) => return Poll::Ready((open(end), how)),
            }
        }
        let Self::Reading(reading, how, _) = self else {
            return Poll::Pending;
        };
        let read = ready!(Pin::new(reading).poll(cx));
        // Nothing but the end of the runtime, or of the call, keeps it from being read.
        let result = read.unwrap_or(Err(Error::Shutdown));
        Poll::Ready((result, *how))
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
pub(super) fn attempt<T>(act: impl FnOnce() -> T) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|payload| Error::Panicked(Panic::new(payload)))
}

/// Sends a large answer to a thread that may block, if there is a runtime that has some.
fn elsewhere<R: ReturnValue>(
    end: Result<Reply, Failure>,
) -> Result<JoinHandle<Result<R, Error>>, Result<Reply, Failure>> {
    let reply = match end {
        Ok(reply) if reply.bytes().len() >= LARGE => reply,
        end => return Err(end),
    };
    match Handle::try_current() {
        Ok(runtime) => read_on(&runtime, reply),
        Err(_) => Err(Ok(reply)),
    }
}

/// Sends an answer to a blocking thread, and returns it if the system refuses the thread: tokio panics then, and keeps what it was to run
/// there. So the answer is in a place of its own.
fn read_on<R: ReturnValue>(
    runtime: &Handle,
    reply: Reply,
) -> Result<JoinHandle<Result<R, Error>>, Result<Reply, Failure>> {
    // Where a panic would end the program, the system is asked first.
    #[cfg(panic = "abort")]
    if std::thread::Builder::new().spawn(|| ()).is_err() {
        return Err(Ok(reply));
    }
    let place = Arc::new(Mutex::new(Some(reply)));
    let theirs = Arc::clone(&place);
    let read = move || {
        let reply = theirs.lock().take();
        open(reply.ok_or(Failure::Shutdown))
    };
    // Should a thread that another call got have read the answer meanwhile, the runtime is one in which nothing works.
    catch(|| runtime.spawn_blocking(read))
        .ok_or_else(|| place.lock().take().ok_or(Failure::Shutdown))
}

/// Reads the answer.
fn open<R: ReturnValue>(end: Result<Reply, Failure>) -> Result<R, Error> {
    let reply = end.map_err(error)?;
    let answer = guarded("Deserialize", || R::read(reply.bytes()));
    answer.map_err(|error| Error::Codec(codec(&error.at(Point::DecodeResult))))
}
