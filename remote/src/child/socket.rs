//! A worker's socket: blocking, one message at a time.

use std::os::unix::net::UnixStream;

use rustix::{
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};

use crate::wire::{
    frame::{Broken, Head},
    reader::MessageReader,
};

/// Why there is no further message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disconnected {
    /// The socket is closed, or this side has no more to say.
    Closed,
    /// A body has closed this side, or put another file in its place.
    Taken,
    /// What the pool sends is no message for this worker.
    Unreadable(Broken),
}

/// Reads one message. Anything else ends the worker, as the end of the socket does.
pub(super) fn receive(
    socket: &UnixStream,
    incoming: &mut MessageReader,
) -> Result<Head, Disconnected> {
    loop {
        match recv(socket, incoming.room(), RecvFlags::empty()) {
            Ok((0, _)) => return Err(Disconnected::Closed),
            Ok((bytes, _)) => {
                if let Some(head) = incoming.filled(bytes).map_err(Disconnected::Unreadable)? {
                    return Ok(head);
                }
            }
            Err(Errno::INTR) => {}
            Err(_) => return Err(Disconnected::Closed),
        }
    }
}

/// Waits for a message without reading any of it. So a worker that is killed here has read nothing, and the pool can give the call to
/// another worker.
pub(super) fn wait(socket: &UnixStream) {
    // Unlike `poll`, this also waits where a body has forbidden its process any descriptors. The next read returns the same error.
    while recv(socket, &mut [0_u8; 1], RecvFlags::PEEK) == Err(Errno::INTR) {}
}

pub(super) fn send_all(socket: &UnixStream, mut bytes: &[u8]) -> Result<(), Disconnected> {
    while !bytes.is_empty() {
        match send(socket, bytes, SendFlags::NOSIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(Errno::INTR) => {}
            Err(Errno::BADF | Errno::NOTSOCK) => return Err(Disconnected::Taken),
            Err(_) => return Err(Disconnected::Closed),
        }
    }
    Ok(())
}
