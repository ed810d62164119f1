//! The arguments of a call as bytes, and where they go.

use std::{fmt, mem};

use tokio_offload_remote::{self as engine, CodecError, Function, Output, Point, Remote};

use super::codec::guarded;
use crate::unwind::drop_quietly;

/// Arguments, written one after the other, or the first error.
pub struct Arguments {
    output: Output,
    error: Option<CodecError>,
    /// From the first large one on: they are still to be written.
    rest: Vec<Write>,
}

/// Writes one argument, and drops it.
type Write = Box<dyn FnOnce(&mut Output) -> Result<(), CodecError> + Send>;

/// Room for the arguments of a call of `function`.
pub fn arguments(function: &'static Function) -> Arguments {
    let place = function.place();
    Arguments {
        output: Output::new(place.take_buffer(), place.max_message()),
        error: None,
        rest: Vec::new(),
    }
}

impl Arguments {
    /// Adds one argument, which is written here and now.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut Output) -> Result<(), CodecError>) {
        if self.error.is_some() {
            return;
        }
        if self.rest.is_empty() {
            let written = guarded("Serialize", || write(&mut self.output));
            return self.note(written);
        }
        let mut part = self.output.part();
        let written = guarded("Serialize", || write(&mut part));
        self.note(written);
        let append = move |output: &mut Output| output.encode_part(&part);
        self.rest.push(Box::new(append));
    }

    /// Adds one argument. If it is large, another thread may write and drop it.
    pub(super) fn add_owned<T: Send + 'static>(
        &mut self,
        value: T,
        write: fn(&T, &mut Output) -> Result<(), CodecError>,
    ) {
        let value = Quiet(Some(value));
        if self.error.is_some() {
            return;
        }
        if self.rest.is_empty() {
            let written = self.output.if_small(|output| value.write(write, output));
            if let Some(written) = written {
                return self.note(written);
            }
        }
        let write = move |output: &mut Output| value.write(write, output);
        self.rest.push(Box::new(write));
    }

    fn note(&mut self, written: Result<(), CodecError>) {
        self.error = written.err().map(|error| error.at(Point::EncodeArguments));
    }

    /// Whether a thread that may block should write what is left of them.
    pub(super) fn are_large(&self) -> bool {
        self.error.is_none() && !self.rest.is_empty()
    }

    /// The bytes. This takes long if they [are large](Self::are_large).
    pub(super) fn into_bytes(mut self) -> Result<Vec<u8>, CodecError> {
        for write in mem::take(&mut self.rest) {
            if self.error.is_none() {
                let written = write(&mut self.output);
                self.note(written);
            }
        }
        match self.error {
            None => Ok(self.output.into_bytes()),
            Some(error) => Err(error),
        }
    }
}

impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arguments").finish_non_exhaustive()
    }
}

/// An argument. The body drops its own copy: a panic in dropping this one must reach nobody.
struct Quiet<T>(Option<T>);

impl<T> Quiet<T> {
    fn write(
        &self,
        write: fn(&T, &mut Output) -> Result<(), CodecError>,
        output: &mut Output,
    ) -> Result<(), CodecError> {
        let value = self.0.as_ref();
        value.map_or(Ok(()), |value| {
            guarded("Serialize", || write(value, output))
        })
    }
}

impl<T> Drop for Quiet<T> {
    fn drop(&mut self) {
        drop_quietly(self.0.take());
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
