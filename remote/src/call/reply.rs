//! The bytes of a result, and what an answer means that is none.

use std::{fmt, mem};

use crate::{
    error::Failure,
    pool::inner::Inner,
    wire::{
        codec::{CodecError, Point},
        frame::{Broken, HEAD, Head, Kind},
        message::{Panic, TooLarge, read, read_codec},
        reader::MessageReader,
    },
};

/// The encoded result of a call. Its buffer goes back to the pool.
pub struct Reply {
    buffer: Vec<u8>,
    filled: usize,
    inner: &'static Inner,
}

impl Reply {
    pub(crate) fn new(inner: &'static Inner, incoming: MessageReader) -> Self {
        let (buffer, filled) = incoming.into_parts();
        Self {
            buffer,
            filled,
            inner,
        }
    }

    /// The encoded result.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[HEAD.min(self.filled)..self.filled]
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.inner.buffers.keep_reply(mem::take(&mut self.buffer));
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Reply").field(&self.bytes().len()).finish()
    }
}

/// What a complete answer of a worker means.
pub(crate) fn answer(
    inner: &'static Inner,
    head: Head,
    incoming: MessageReader,
) -> Result<Reply, Failure> {
    let failure = match head.kind {
        Kind::Reply => return Ok(Reply::new(inner, incoming)),
        Kind::Panic => read(incoming.body()).map(|panic: Panic| Failure::Panicked {
            message: panic.message,
            location: panic.location,
        }),
        Kind::TooLarge => read(incoming.body()).map(|large: TooLarge| Failure::TooLarge {
            bytes: usize::try_from(large.bytes).unwrap_or(usize::MAX),
            limit: usize::try_from(large.limit).unwrap_or(usize::MAX),
        }),
        Kind::Codec => read_codec(incoming.body()).map(Failure::Codec),
        _ => Err(CodecError::new(&Broken)),
    };
    inner.buffers.keep_reply(incoming.into_parts().0);
    Err(failure.unwrap_or_else(|error| Failure::Codec(error.at(Point::DecodeResult))))
}
