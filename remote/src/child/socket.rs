//! A worker's socket: blocking, one message at a time.

use std::os::unix::net::UnixStream;

use rustix::{
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};

use crate::wire::{frame::Head, reader::MessageReader};

/// The pool has closed the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Disconnected;

/// Reads one message. Anything else ends the worker, as the end of the socket does.
pub(super) fn receive(
    socket: &UnixStream,
    incoming: &mut MessageReader,
) -> Result<Head, Disconnected> {
    loop {
        match recv(socket, incoming.room(), RecvFlags::empty()) {
            Ok((0, _)) => return Err(Disconnected),
            Ok((bytes, _)) => {
                if let Some(head) = incoming.filled(bytes).map_err(|_| Disconnected)? {
                    return Ok(head);
                }
            }
            Err(Errno::INTR) => {}
            Err(_) => return Err(Disconnected),
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
            Err(_) => return Err(Disconnected),
        }
    }
    Ok(())
}
