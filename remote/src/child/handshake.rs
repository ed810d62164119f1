//! The worker's side of the handshake: it reads the configuration that the pool sends first.

use std::os::unix::net::UnixStream;

use super::socket;
use crate::wire::{
    frame::Kind,
    message::{Hello, read},
    reader::MessageReader,
};

/// The longest list of functions, in bytes. A choice, far beyond any program.
const LONGEST: usize = 64 << 20;

/// Reads the configuration of this worker.
pub(super) fn receive(socket: &UnixStream) -> Option<Hello> {
    let mut incoming = MessageReader::new(Vec::new(), LONGEST);
    let head = socket::receive(socket, &mut incoming).ok()?;
    match head.kind {
        Kind::Hello => read(incoming.body()).ok(),
        _ => None,
    }
}
