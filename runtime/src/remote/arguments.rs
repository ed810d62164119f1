//! The arguments of a call as bytes, and where they go.

use std::{fmt, mem};

use tokio_offload_remote::{self as engine, CodecError, Function, Output, Point, Remote};

use super::{codec::guarded, on_thread};
use crate::unwind::drop_quietly;

/// Arguments, written one after the other, or the first error. From the first large one on they are written later, where that may take
/// long.
pub struct Arguments {
    output: Output,
    error: Option<CodecError>,
    later: Later,
    /// How many bytes they may have.
    limit: usize,
    /// Whether this thread should not write for long.
    may_wait: bool,
}

/// Writes a value, and drops it.
type Write = dyn FnOnce(&mut Output) -> Result<(), CodecError> + Send;

/// What is written after the others, in this order.
#[derive(Default)]
struct Later(Vec<ArgumentPart>);

enum ArgumentPart {
    Value(Box<Write>),
    /// It was written at once, because it is only borrowed, or may not leave its thread.
    Written(Output),
}

impl Drop for Later {
    fn drop(&mut self) {
        // Each on its own: of two panics at once the second ends the program.
        self.0.drain(..).for_each(drop_quietly);
    }
}

/// Room for the arguments of a call of `function`.
pub fn arguments(function: &'static Function) -> Arguments {
    let place = function.place();
    let limit = place.max_message();
    Arguments {
        output: Output::new(place.take_buffer(), limit),
        error: None,
        later: Later::default(),
        limit,
        may_wait: on_thread::is_useful(),
    }
}

impl Arguments {
    /// Adds one argument now.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut Output) -> Result<(), CodecError>) {
        if self.error.is_some() {
            return;
        }
        if let Some(ArgumentPart::Value(_)) = self.later.0.last() {
            let output = Output::new(Vec::new(), self.limit);
            self.later.0.push(ArgumentPart::Written(output));
        }
        let output = match self.later.0.last_mut() {
            Some(ArgumentPart::Written(output)) => output,
            _ => &mut self.output,
        };
        self.error = write_in(output, write).err();
    }

    /// Adds one argument: now if it takes at most `most` bytes. Its `Serialize` may be called a second time if it takes more.
    pub(super) fn add_value<T: Send + 'static>(
        &mut self,
        value: T,
        most: usize,
        write: fn(&T, &mut Output) -> Result<(), CodecError>,
    ) {
        if self.error.is_none() && self.may_wait {
            let is_first = self.later.0.is_empty();
            let write_here = |output: &mut Output| write_in(output, |output| write(&value, output));
            let written = is_first.then(|| self.output.write_up_to(most, write_here));
            let Some(written) = written.flatten() else {
                return self
                    .later
                    .0
                    .push(ArgumentPart::Value(Box::new(move |output| {
                        let written = write_in(output, |output| write(&value, output));
                        drop_quietly(value);
                        written
                    })));
            };
            self.error = written.err();
        } else {
            self.add(|output| write(&value, output));
        }
        // The body drops its own copy. A panic in dropping this one must not reach the caller.
        drop_quietly(value);
    }

    /// Whether nothing is left to write.
    pub(super) fn is_written(&self) -> bool {
        self.error.is_some() || self.later.0.is_empty()
    }

    /// Writes what is left.
    pub(super) fn into_bytes(mut self) -> Result<Vec<u8>, CodecError> {
        for part in mem::take(&mut self.later.0) {
            let output = &mut self.output;
            let written = match (&self.error, part) {
                (None, ArgumentPart::Value(write)) => write(output),
                (None, ArgumentPart::Written(part)) => {
                    write_in(output, |output| output.append(&part.into_bytes()))
                }
                (Some(_), part) => {
                    drop_quietly(part);
                    continue;
                }
            };
            self.error = written.err();
        }
        match self.error {
            None => Ok(self.output.into_bytes()),
            Some(error) => Err(error),
        }
    }
}

fn write_in(
    output: &mut Output,
    write: impl FnOnce(&mut Output) -> Result<(), CodecError>,
) -> Result<(), CodecError> {
    let written = guarded("Serialize", || write(output));
    written.map_err(|error| error.at(Point::EncodeArguments))
}

impl fmt::Debug for Arguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arguments").finish_non_exhaustive()
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
    note = "name a `static` of type `Workers`, or call what returns `&'static Workers`; or a `Cluster` of `tokio-offload-cluster`"
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
