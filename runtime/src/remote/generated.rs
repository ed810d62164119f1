//! The items that code generated for `remote = EXPR` may name.

use std::fmt;

use tokio_offload_remote::{CodecError, Fingerprint, Output, Point};

use super::{answer::ReturnValue, call::RemoteCall, codec::guarded};
use crate::{
    call::site::{Located, Site},
    offload::Offload,
    unwind::drop_quietly,
};

pub use super::{
    arguments::{Arguments, arguments, end, workers},
    borrowed::{Lent, bytes, lent},
    codec::{Value, WriteHere, value},
};
pub use tokio_offload_remote::{FUNCTIONS, Function, linkme};

/// Writes and reads an answer; see [`Value`](Value).
pub struct ReturnCodec<R> {
    write: fn(&R, &mut Output) -> Result<(), CodecError>,
    add_type: fn(&mut Fingerprint),
    call: fn(&'static Site, &'static Function, Arguments) -> Offload<R>,
}

/// Writes and reads answers of this type.
pub fn answer<R: ReturnValue>() -> ReturnCodec<R> {
    ReturnCodec {
        write: R::write,
        add_type: R::add_type,
        call: |site, function, arguments| Offload::of(RemoteCall::new(site, function, arguments)),
    }
}

impl<R> ReturnCodec<R> {
    /// Writes the answer, and drops it.
    pub fn give(self, answer: R, output: &mut Output) -> Result<(), CodecError> {
        let written = guarded("Serialize", || (self.write)(&answer, output));
        // The caller drops its own copy. A panic in dropping this one must not replace the answer.
        drop_quietly(answer);
        written.map_err(|error| error.at(Point::EncodeResult))
    }

    /// Adds the type of the answer to the fingerprint.
    pub fn fingerprint(self, fingerprint: &mut Fingerprint) {
        (self.add_type)(fingerprint);
    }

    /// Makes a call. Nothing is sent before it is awaited or started.
    pub fn call(
        self,
        site: impl Located,
        function: &'static Function,
        arguments: Arguments,
    ) -> Offload<R> {
        (self.call)(site.site(), function, arguments)
    }
}

impl<R> fmt::Debug for ReturnCodec<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReturnCodec").finish_non_exhaustive()
    }
}
