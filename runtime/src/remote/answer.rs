//! The return value of a function whose body runs in a worker process, and the error that replaces it.

use tokio_offload_remote::{self as engine, CodecError, Fingerprint, Output};

use super::codec::Cross;
use crate::error::Error;

/// The return types of functions whose bodies run in a worker process.
#[diagnostic::on_unimplemented(
    message = "a worker process can fail, and `{Self}` has no place for that",
    label = "not a `Result`",
    note = "return `Result<{Self}, E>`, where `E` implements `From<tokio_offload::Error>`"
)]
pub trait ReturnValue: Sized + Send + 'static {
    /// Appends the answer.
    fn write(&self, output: &mut Output) -> Result<(), CodecError>;
    /// Reads all of the answer.
    fn read(input: &[u8]) -> Result<Self, CodecError>;
    /// Adds the name of the type.
    fn add_type(fingerprint: &mut Fingerprint);
    /// What tells that there is no answer.
    fn failed(error: Error) -> Self;
}

impl<T: Cross + Send, E: Cross + FromCallError + Send> ReturnValue for Result<T, E> {
    fn write(&self, output: &mut Output) -> Result<(), CodecError> {
        output.encode(&self.is_ok())?;
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

    fn add_type(fingerprint: &mut Fingerprint) {
        T::add_type(fingerprint);
        E::add_type(fingerprint);
    }

    fn failed(error: Error) -> Self {
        Err(E::failed(error))
    }
}

/// An error type that can hold the failure of a call.
#[diagnostic::on_unimplemented(
    message = "a worker process can fail, and `{Self}` has no place for that",
    label = "`{Self}` is not `From<tokio_offload::Error>`",
    note = "write `impl From<tokio_offload::Error> for {Self}`; if that type is not yours, return an error of your own"
)]
pub trait FromCallError {
    /// The function's error that carries the call's failure.
    fn failed(error: Error) -> Self;
}

#[diagnostic::do_not_recommend]
impl<E: From<Error>> FromCallError for E {
    fn failed(error: Error) -> Self {
        error.into()
    }
}
