//! An answer that is read: here, or by a thread that may block if it is large.

use std::task::{Context, Poll};

use tokio_offload_remote::{Failure, Point, Reply};

use super::{
    answer::ReturnValue,
    codec::guarded,
    failure::{codec, error},
    on_thread::{self, LARGE, OnThread},
};
use crate::{call::site::Site, error::Error};

/// A large answer that a blocking thread reads.
pub(super) struct Reading<R>(OnThread<Reply, Result<R, Error>>);

impl<R: ReturnValue> Reading<R> {
    /// Sends a large answer to a blocking thread, if that helps.
    pub(super) fn begin(end: Result<Reply, Failure>) -> Result<Self, Result<Reply, Failure>> {
        static SITE: Site = Site::ours("remote_answer");
        match end {
            Ok(reply) if reply.bytes().len() >= LARGE && on_thread::is_useful() => {
                Ok(Self(OnThread::begin(&SITE, reply, |reply| open(Ok(reply)))))
            }
            end => Err(end),
        }
    }

    pub(super) fn poll(&self, cx: &mut Context<'_>) -> Poll<Result<R, Error>> {
        self.0.poll(cx).map(|read| read?)
    }
}

/// Reads the answer.
pub(super) fn open<R: ReturnValue>(end: Result<Reply, Failure>) -> Result<R, Error> {
    let reply = end.map_err(error)?;
    let answer = guarded("Deserialize", || R::read(reply.bytes()));
    answer.map_err(|error| Error::Codec(codec(&error.at(Point::DecodeResult))))
}
