//! The worker's side of the handshake: it reads the configuration that the pool sends first.

use std::{fmt, os::unix::net::UnixStream};

use super::socket::{self, Disconnected};
use crate::wire::{
    frame::{Broken, Kind},
    message::{Hello, Refusal, read},
    reader::MessageReader,
};

/// The longest list of functions, in bytes. A choice, far beyond any program.
const LONGEST: usize = 64 << 20;

/// Reads the configuration of this worker. Without one there is a refusal, unless the pool ended before it sent anything.
pub(super) fn receive(socket: &UnixStream) -> Result<Hello, Option<Refusal>> {
    let mut incoming = MessageReader::new(Vec::new(), LONGEST);
    let head = match socket::receive(socket, &mut incoming) {
        Ok(head) => head,
        Err(Disconnected::Closed | Disconnected::Taken) => return Err(None),
        Err(Disconnected::Unreadable(broken)) => return Err(Some(mismatch(broken))),
    };
    match head.kind {
        Kind::Hello => read(incoming.body()).map_err(|error| Some(mismatch(error.message()))),
        _ => Err(Some(mismatch(Broken::Unknown))),
    }
}

fn mismatch(cause: impl fmt::Display) -> Refusal {
    Refusal::Mismatch(format!("it cannot read its configuration: {cause}"))
}
