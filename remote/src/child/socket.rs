//! A worker's socket: blocking, one message at a time.

use std::os::unix::net::UnixStream;

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};

use crate::wire::{frame::Head, reader::MessageReader};

/// The pool is gone, or wants no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Disconnected;

/// Reads one message. What is no message ends the worker just as no message does.
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

/// Waits for a message, and takes nothing of it. A worker that is killed while it waits must not have read: a read that waited
/// would take the message that wakes it, although nothing will ever run, and the pool could not give it to another worker.
pub(super) fn wait(socket: &UnixStream) {
    // An error is met again by the read.
    let _ = poll(&mut [PollFd::new(socket, PollFlags::IN)], None);
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
