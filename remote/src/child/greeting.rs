//! The first words of the pool.

use std::os::unix::net::UnixStream;

use super::wire;
use crate::{
    frame::Kind,
    incoming::Incoming,
    message::{Hello, read},
};

/// How long the list of functions may get.
const LONGEST: usize = 64 << 20;

/// What this worker is to be.
pub(super) fn receive(socket: &UnixStream) -> Option<Hello> {
    let mut incoming = Incoming::new(Vec::new(), LONGEST);
    let head = wire::receive(socket, &mut incoming).ok()?;
    match head.kind {
        Kind::Hello => read(incoming.body()).ok(),
        _ => None,
    }
}
