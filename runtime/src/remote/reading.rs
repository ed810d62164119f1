//! An answer that is read: here, or by a thread that may block if it is large.

use std::task::{Context, Poll};

use tokio_offload_remote::{Failure, Point, Reply};

use super::{
    answer::ReturnValue,
    aside::Aside,
    codec::guarded,
    failure::{codec, error},
};
use crate::{call::site::Site, error::Error};

/// Answers from this size on are read on a blocking thread.
///
/// Chosen by the benchmark `codec` of `remote`. At this size it takes 630 us to read the worst kind, short strings, and 13 us to ask a
/// blocking thread for anything. At half the size it takes half as long, which delays an async worker little.
const LARGE: usize = 32 << 10;

static SITE: Site = Site::ours("remote_answer");

/// A large answer on its way to a blocking thread.
pub(super) struct Reading<R>(Aside<Reply, Result<R, Error>>);

impl<R: ReturnValue> Reading<R> {
    /// Sends a large answer to a blocking thread, if one is needed and there is one.
    pub(super) fn begin(end: Result<Reply, Failure>) -> Result<Self, Result<Reply, Failure>> {
        match end {
            Ok(reply) if reply.bytes().len() >= LARGE => {
                let aside = Aside::begin(&SITE, reply, |reply| open(Ok(reply)));
                aside.map(Self).map_err(Ok)
            }
            end => Err(end),
        }
    }

    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<R, Error>> {
        self.0.poll(cx).map(|read| read.and_then(|answer| answer))
    }
}

/// Reads the answer.
pub(super) fn open<R: ReturnValue>(end: Result<Reply, Failure>) -> Result<R, Error> {
    let reply = end.map_err(error)?;
    let answer = guarded("Deserialize", || R::read(reply.bytes()));
    answer.map_err(|error| Error::Codec(codec(&error.at(Point::DecodeResult))))
}
