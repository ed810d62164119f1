//! The summons: what makes a process a worker.
//!
//! It waits in the socket on standard input before the program is executed: a fixed word, a random key, and the descriptor of a
//! second socket. So nothing of it is in the environment or among the arguments, and nothing that a worker starts inherits it.
//! Bytes alone are no summons: programs that pass bytes on to another program, such as terminal servers, send no descriptors.

use std::{
    env::args_os,
    ffi::OsString,
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::{
        fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd},
        unix::net::UnixStream,
    },
};

use nix::sys::socket::{UnixAddr, getpeername, getsockname, getsockopt, sockopt::PeerCredentials};
use rustix::{
    io::Errno,
    net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
        SendAncillaryMessage, SendFlags, SocketType, recvmsg, sendmsg, sockopt::socket_type,
    },
    process::{RawPid, getegid, geteuid},
    rand::{GetRandomFlags, getrandom},
};

const WORD: [u8; 16] = *b"offload summons\x02";
const LENGTH: usize = WORD.len() + size_of::<Key>();

/// The text between the name of the program and that of the pool.
const OF_POOL: &str = ": worker of ";

/// The key of one worker, which the worker must show.
pub(crate) type Key = [u8; 16];

/// The contents of a summons.
#[derive(Debug)]
pub(crate) struct Summons {
    pub(crate) key: Key,
    /// The control socket, on which it receives everything but calls.
    pub(crate) control: UnixStream,
}

/// Leaves a summons for the process that will have the other end of `socket`. Returns the key.
pub(crate) fn send(socket: &UnixStream, control: &UnixStream) -> io::Result<Key> {
    let mut key = Key::default();
    getrandom(&mut key, GetRandomFlags::empty())?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let fds = [control.as_fd()];
    ancillary.push(SendAncillaryMessage::ScmRights(&fds));
    let bytes = [IoSlice::new(&WORD), IoSlice::new(&key)];
    let sent = sendmsg(socket, &bytes, &mut ancillary, SendFlags::NOSIGNAL)?;
    if sent == LENGTH {
        Ok(key)
    } else {
        // A new socket has room for more.
        Err(io::ErrorKind::WriteZero.into())
    }
}

/// The process that sent the summons which waits in `socket`, if the socket is one of a pair that a process of this user and group made.
/// Nothing is read, because it may be the input of an ordinary program.
///
/// The pool calls this as well, before it starts a worker. If the system refuses to answer, the worker could not find out that it is one,
/// and would run as the program.
pub(crate) fn sender(socket: BorrowedFd<'_>) -> io::Result<Option<RawPid>> {
    if socket_type(socket)? != SocketType::STREAM {
        return Ok(None);
    }
    let fd = socket.as_raw_fd();
    let (own, peer): (UnixAddr, UnixAddr) = (getsockname(fd)?, getpeername(fd)?);
    if !is_unnamed(own) || !is_unnamed(peer) {
        return Ok(None);
    }
    let maker = getsockopt(&socket, PeerCredentials)?;
    let is_ours = maker.uid() == geteuid().as_raw() && maker.gid() == getegid().as_raw();
    if !is_ours {
        return Ok(None);
    }
    let waits = receive(socket, RecvFlags::PEEK)?;
    Ok(waits.map(|_| maker.pid()))
}

fn is_unnamed(address: UnixAddr) -> bool {
    address.path().is_none() && address.as_abstract().is_none()
}

/// The name of a worker of that pool in lists of processes.
pub(crate) fn title(pool: &str) -> OsString {
    let mut title = args_os().next().unwrap_or_default();
    title.push(OF_POOL);
    title.push(pool);
    title
}

/// Whether this process has such a name. That makes no worker, but it was started to be one.
pub(crate) fn is_titled() -> bool {
    let title = args_os().next().unwrap_or_default();
    title.to_string_lossy().contains(OF_POOL)
}

/// Takes the summons out of `socket`.
pub(crate) fn take(socket: BorrowedFd<'_>) -> Option<Summons> {
    receive(socket, RecvFlags::empty()).ok().flatten()
}

fn receive(socket: BorrowedFd<'_>, flags: RecvFlags) -> io::Result<Option<Summons>> {
    let mut bytes = [0; LENGTH];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let flags = flags | RecvFlags::DONTWAIT | RecvFlags::CMSG_CLOEXEC;
    let message = recvmsg(
        socket,
        &mut [IoSliceMut::new(&mut bytes)],
        &mut ancillary,
        flags,
    );
    let mut fds: Vec<OwnedFd> = Vec::new();
    for message in ancillary.drain() {
        if let RecvAncillaryMessage::ScmRights(received) = message {
            fds.extend(received);
        }
    }
    let bytes_read = match message {
        // It is a summons, but this process may have no further descriptor.
        Ok(message) if message.flags.contains(ReturnFlags::CTRUNC) && bytes.starts_with(&WORD) => {
            return Err(Errno::MFILE.into());
        }
        Ok(message) => message.bytes,
        Err(Errno::AGAIN) => 0,
        Err(error) => return Err(error.into()),
    };
    Ok(whole(bytes_read, &bytes, fds.pop()))
}

fn whole(read: usize, bytes: &[u8; LENGTH], control: Option<OwnedFd>) -> Option<Summons> {
    let (word, key) = bytes.split_first_chunk()?;
    let is_whole = read == LENGTH && *word == WORD;
    Some(Summons {
        key: key.try_into().ok()?,
        control: control.filter(|_| is_whole)?.into(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn waits(socket: &UnixStream) -> bool {
        let own = rustix::process::getpid().as_raw_nonzero().get();
        sender(socket.as_fd()).unwrap() == Some(own)
    }

    #[test]
    fn a_summons_is_seen_before_it_is_taken_and_only_once() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (control, their_control) = UnixStream::pair().unwrap();
        assert!(!waits(&theirs));
        let key = send(&ours, &their_control).unwrap();
        drop(their_control);
        (&ours).write_all(b"hello").unwrap();
        assert!(waits(&theirs) && waits(&theirs));
        let summons = take(theirs.as_fd()).unwrap();
        assert_eq!(summons.key, key);
        (&control).write_all(b"stop").unwrap();
        let mut word = [0; 4];
        (&summons.control).read_exact(&mut word).unwrap();
        assert_eq!(&word, b"stop");
        assert!(!waits(&theirs));
        let mut rest = [0; 5];
        (&theirs).read_exact(&mut rest).unwrap();
        assert_eq!(&rest, b"hello");
        assert!(take(theirs.as_fd()).is_none());
    }

    #[test]
    fn bytes_without_a_descriptor_are_no_summons_and_stay_where_they_are() {
        let (mut ours, mut theirs) = UnixStream::pair().unwrap();
        let forged = [&WORD[..], &[7; 16]].concat();
        ours.write_all(&forged).unwrap();
        assert!(!waits(&theirs));
        let mut read = [0; LENGTH];
        theirs.read_exact(&mut read).unwrap();
        assert_eq!(read[..], forged);
    }

    #[test]
    fn keys_are_never_the_same() {
        let key = || {
            let (ours, _theirs) = UnixStream::pair().unwrap();
            send(&ours, &ours).unwrap()
        };
        assert_ne!(key(), key());
    }
}
