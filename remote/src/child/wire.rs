//! A worker's socket: blocking, one message at a time.

use std::os::unix::net::UnixStream;

use rustix::{
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
};

use crate::{frame::Head, incoming::Incoming};

/// The pool is gone, or wants no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Over;

/// Reads one message. What is no message ends the worker just as no message does.
pub(super) fn receive(socket: &UnixStream, incoming: &mut Incoming) -> Result<Head, Over> {
    loop {
        match recv(socket, incoming.room(), RecvFlags::empty()) {
            Ok((0, _)) => return Err(Over),
            Ok((bytes, _)) => {
                if let Some(head) = incoming.filled(bytes).map_err(|_| Over)? {
                    return Ok(head);
                }
            }
            Err(Errno::INTR) => {}
            Err(_) => return Err(Over),
        }
    }
}

pub(super) fn send_all(socket: &UnixStream, mut bytes: &[u8]) -> Result<(), Over> {
    while !bytes.is_empty() {
        match send(socket, bytes, SendFlags::NOSIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(Errno::INTR) => {}
            Err(_) => return Err(Over),
        }
    }
    Ok(())
}
