//! The first words of the pool.

use std::{
    io::IoSliceMut,
    mem::MaybeUninit,
    os::{fd::OwnedFd, unix::net::UnixStream},
};

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

use super::wire;
use crate::{
    frame::Kind,
    incoming::Incoming,
    message::{Hello, read},
};

/// How long the list of functions may get.
const LONGEST: usize = 64 << 20;

/// What this worker is to be, and the socket on which it hears everything else.
pub(super) fn receive(socket: &UnixStream) -> Option<(Hello, UnixStream)> {
    let mut incoming = Incoming::new(Vec::new(), LONGEST);
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut room = [IoSliceMut::new(incoming.room())];
    let message = recvmsg(socket, &mut room, &mut ancillary, RecvFlags::CMSG_CLOEXEC).ok()?;
    let control = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut fds) => fds.next(),
        _ => None,
    });
    let control: OwnedFd = control?;
    let head = match incoming.filled(message.bytes).ok()? {
        Some(head) => head,
        None => wire::receive(socket, &mut incoming).ok()?,
    };
    match head.kind {
        Kind::Hello => Some((read(incoming.body()).ok()?, UnixStream::from(control))),
        _ => None,
    }
}
