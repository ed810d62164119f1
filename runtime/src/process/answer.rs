//! What a function returns from a worker process, or instead of it.

use std::fmt;

use tokio_offload_remote::{self as engine, CodecError, Function, Point, Shape};

use super::{arguments::Arguments, call::RemoteCall, codec::Cross};
use crate::{call::site::Site, error::Error, offload::Offload};

/// What a function may return whose body runs in a worker process.
#[diagnostic::on_unimplemented(
    message = "a worker process can fail, and `{Self}` has no place for that",
    label = "not a `Result`",
    note = "return `Result<{Self}, E>`, where `E` implements `From<tokio_offload::Error>`"
)]
pub trait Answers: Sized + Send + 'static {
    /// Appends the answer.
    fn write(&self, output: &mut Vec<u8>) -> Result<(), CodecError>;
    /// Reads all of the answer.
    fn read(input: &[u8]) -> Result<Self, CodecError>;
    /// Looks at the type.
    fn show(shape: &mut Shape);
    /// What tells that there is no answer.
    fn failed(error: Error) -> Self;
}

impl<T: Cross + Send, E: Cross + Fails + Send> Answers for Result<T, E> {
    fn write(&self, output: &mut Vec<u8>) -> Result<(), CodecError> {
        engine::encode(&self.is_ok(), output)?;
        match self {
            Ok(value) => value.write(output),
            Err(error) => error.write(output),
        }
    }

    fn read(mut input: &[u8]) -> Result<Self, CodecError> {
        let answer = if engine::decode(&mut input)? {
            Ok(T::read(&mut input)?)
        } else {
            Err(E::read(&mut input)?)
        };
        engine::decode_end(input)?;
        Ok(answer)
    }

    fn show(shape: &mut Shape) {
        T::show(shape);
        E::show(shape);
    }

    fn failed(error: Error) -> Self {
        Err(E::failed(error))
    }
}

/// An error that can also be that of the call.
#[diagnostic::on_unimplemented(
    message = "a worker process can fail, and `{Self}` has no place for that",
    label = "`{Self}` is not `From<tokio_offload::Error>`",
    note = "write `impl From<tokio_offload::Error> for {Self}`"
)]
pub trait Fails {
    /// The error that tells of that of the call.
    fn failed(error: Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Error>> Fails for E {
    fn failed(error: Error) -> Self {
        error.into()
    }
}

/// What writes and reads an answer; see [`Value`](super::codec::Value).
pub struct Answered<R> {
    write: fn(&R, &mut Vec<u8>) -> Result<(), CodecError>,
    show: fn(&mut Shape),
    call: fn(&'static Site, &'static Function, Arguments) -> Offload<R>,
}

/// Writes and reads answers of this type.
pub fn answer<R: Answers>() -> Answered<R> {
    Answered {
        write: R::write,
        show: R::show,
        call: |site, function, arguments| Offload::of(RemoteCall::new(site, function, arguments)),
    }
}

impl<R> Answered<R> {
    /// Writes the answer, and drops it.
    pub fn give(self, answer: R, output: &mut Vec<u8>) -> Result<(), CodecError> {
        let written = (self.write)(&answer, output);
        drop(answer);
        written.map_err(|error| error.at(Point::EncodeResult))
    }

    /// Looks at the type of the answer.
    pub fn shape(self, shape: &mut Shape) {
        (self.show)(shape);
    }

    /// Makes a call. Nothing is sent before it is awaited or started.
    pub fn call(
        self,
        site: impl crate::call::site::Located,
        function: &'static Function,
        arguments: Arguments,
    ) -> Offload<R> {
        (self.call)(site.site(), function, arguments)
    }
}

impl<R> fmt::Debug for Answered<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered").finish_non_exhaustive()
    }
}
