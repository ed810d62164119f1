//! Turns a complete answer of a worker into the result of the call.

use crate::{
    error::Failure,
    panics::Panic,
    pool::inner::Inner,
    reply::Reply,
    wire::{
        codec::{CodecError, Point},
        frame::{Broken, HEAD, Head, Kind},
        message::{TooLarge, read, read_codec},
        reader::MessageReader,
    },
};

/// The result, or the failure that the reply reports.
pub(crate) fn answer(
    inner: &'static Inner,
    head: Head,
    incoming: MessageReader,
) -> Result<Reply, Failure> {
    let failure = match head.kind {
        Kind::Reply => {
            let (buffer, filled) = incoming.into_parts();
            let result = HEAD.min(filled)..filled;
            return Ok(Reply::lent(buffer, result, &inner.buffers));
        }
        Kind::Panic => read(incoming.body()).map(|panic: Panic| Failure::Panicked {
            message: panic.message,
            location: panic.location,
        }),
        Kind::TooLarge => read(incoming.body()).map(|large: TooLarge| Failure::TooLarge {
            bytes: usize::try_from(large.bytes).unwrap_or(usize::MAX),
            limit: usize::try_from(large.limit).unwrap_or(usize::MAX),
        }),
        Kind::Codec => read_codec(incoming.body()).map(Failure::Codec),
        _ => Err(CodecError::new(&Broken::Unknown)),
    };
    inner.buffers.keep_reply(incoming.into_parts().0);
    Err(failure.unwrap_or_else(|error| Failure::Codec(error.at(Point::DecodeResult))))
}
