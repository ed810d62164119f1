//! The arguments of a call as bytes, and where they go.

use tokio_offload_remote::{self as engine, CodecError, Function, Output, Point, Remote};

use super::codec::guarded;

/// Arguments, written one after the other, or the first error.
#[derive(Debug)]
pub struct Arguments {
    output: Output,
    error: Option<CodecError>,
}

/// Room for the arguments of a call of `function`.
pub fn arguments(function: &'static Function) -> Arguments {
    let place = function.place();
    Arguments {
        output: Output::new(place.take_buffer(), place.max_message()),
        error: None,
    }
}

impl Arguments {
    /// Adds one argument.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut Output) -> Result<(), CodecError>) {
        if self.error.is_none() {
            let error = guarded("Serialize", || write(&mut self.output)).err();
            self.error = error.map(|error| error.at(Point::EncodeArguments));
        }
    }

    pub(super) fn into_bytes(self) -> Result<Vec<u8>, CodecError> {
        match self.error {
            None => Ok(self.output.into_bytes()),
            Some(error) => Err(error),
        }
    }
}

/// Nothing may follow the last argument.
pub fn end(input: &[u8]) -> Result<(), CodecError> {
    engine::decode_end(input).map_err(|error| error.at(Point::DecodeArguments))
}

/// Turns the value of `remote = EXPR` into a place.
pub fn workers(place: impl ToRemote) -> &'static dyn Remote {
    place.to_remote()
}

/// The types that `remote =` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not lead to worker processes",
    label = "calls cannot be sent to this",
    note = "name a `static` of type `Workers`, or call what returns `&'static Workers`; or a `Cluster` of `tokio-offload-cluster`",
    note = "a pool of threads, such as a `Pool`, is named by `pool = NAME`"
)]
pub trait ToRemote {
    /// The place it names.
    fn to_remote(self) -> &'static dyn Remote;
}

#[diagnostic::do_not_recommend]
impl<R: Remote> ToRemote for &'static R {
    fn to_remote(self) -> &'static dyn Remote {
        self
    }
}

#[diagnostic::do_not_recommend]
impl ToRemote for &'static dyn Remote {
    fn to_remote(self) -> &'static dyn Remote {
        self
    }
}
