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
        SendAncillaryMessage, SendFlags, SocketType, recv, recvmsg, sendmsg, sockopt::socket_type,
    },
    process::{RawPid, getegid, geteuid},
    rand::{GetRandomFlags, getrandom},
};

const WORD: [u8; 15] = *b"offload summons";
const LENGTH: usize = WORD.len() + 1 + size_of::<Key>();

/// The release of this library, as far as a program can have it beside others. It follows the word.
const RELEASE: u8 = match (
    number(env!("CARGO_PKG_VERSION_MAJOR")),
    number(env!("CARGO_PKG_VERSION_MINOR")),
) {
    (0, minor) => minor % 64,
    (major, _) => 64 | (major % 64),
};

/// A flag beside the release: the worker is this very program, so it has that release too.
const OWN: u8 = 128;

const fn number(digits: &str) -> u8 {
    let (digits, mut at, mut number) = (digits.as_bytes(), 0, 0_u8);
    while at < digits.len() {
        number = number.wrapping_mul(10).wrapping_add(digits[at] - b'0');
        at += 1;
    }
    number
}

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

/// Leaves a summons for the process that will have the other end of `socket`: this program again if `own` is set. Returns the key.
pub(crate) fn send(socket: &UnixStream, control: &UnixStream, own: bool) -> io::Result<Key> {
    let mut key = Key::default();
    getrandom(&mut key, GetRandomFlags::empty())?;
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let fds = [control.as_fd()];
    ancillary.push(SendAncillaryMessage::ScmRights(&fds));
    let release = [RELEASE | if own { OWN } else { 0 }];
    let bytes = [&WORD[..], &release, &key].map(IoSlice::new);
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

/// Whether a summons waits there that another release of this library in this program will take.
pub(crate) fn is_for_another_release(socket: BorrowedFd<'_>) -> bool {
    let mut bytes = [0; WORD.len() + 1];
    let read = recv(socket, &mut bytes, RecvFlags::PEEK | RecvFlags::DONTWAIT);
    read.is_ok() && is_of_another(&bytes)
}

/// Only in this very program there is somebody else to take it. Of another program, the two sides tell that their releases differ.
fn is_of_another(bytes: &[u8]) -> bool {
    let release = bytes.strip_prefix(&WORD).and_then(<[u8]>::first);
    release.is_some_and(|release| release & OWN != 0 && release & !OWN != RELEASE)
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
    let key = bytes.last_chunk::<16>()?;
    let is_whole = read == LENGTH && bytes.starts_with(&WORD) && !is_of_another(bytes);
    Some(Summons {
        key: *key,
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
        let key = send(&ours, &their_control, true).unwrap();
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
        let forged = [&WORD[..], &[RELEASE], &[7; 16]].concat();
        ours.write_all(&forged).unwrap();
        assert!(!waits(&theirs));
        let mut read = [0; LENGTH];
        theirs.read_exact(&mut read).unwrap();
        assert_eq!(read[..], forged);
    }

    /// A program that has two releases: the first of them looks first.
    #[test]
    fn a_summons_of_another_release_is_left_to_it_if_it_is_there() {
        for (flags, is_left) in [(OWN, true), (0, false)] {
            let (ours, theirs) = UnixStream::pair().unwrap();
            let key = send(&ours, &ours, true).unwrap();
            let mut bytes = [&WORD[..], &[(RELEASE + 1) | flags], &key].concat();
            assert_eq!(is_of_another(&bytes), is_left);
            let control = || ours.try_clone().unwrap().into();
            let whole_of = |bytes: &[u8]| whole(LENGTH, bytes.try_into().unwrap(), Some(control()));
            assert_eq!(whole_of(&bytes).is_none(), is_left);
            bytes[WORD.len()] = RELEASE | flags;
            assert!(!is_of_another(&bytes) && whole_of(&bytes).is_some());
            assert!(!is_for_another_release(theirs.as_fd()));
        }
    }

    #[test]
    fn keys_are_never_the_same() {
        let key = || {
            let (ours, _theirs) = UnixStream::pair().unwrap();
            send(&ours, &ours, false).unwrap()
        };
        assert_ne!(key(), key());
    }
}
