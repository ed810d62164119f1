//! The summons: what makes a process a worker.
//!
//! It waits in the socket on standard input before the program is executed: a fixed word, a random key, and the descriptor of a
//! second socket. So nothing of it is in the environment or among the arguments, and nothing that a worker starts inherits it.
//! Bytes alone are no summons: programs that pass bytes on to another program, such as terminal servers, send no descriptors.

use std::{
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::net::UnixStream,
    },
};

use rustix::{
    net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
        SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
    },
    rand::{GetRandomFlags, getrandom},
};

const WORD: [u8; 16] = *b"offload summons\x02";
const LENGTH: usize = WORD.len() + size_of::<Key>();

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

/// Whether a summons waits in `socket`. Nothing is read, because it may be the input of an ordinary program.
pub(crate) fn waits(socket: BorrowedFd<'_>) -> bool {
    receive(socket, RecvFlags::PEEK).is_some()
}

/// Takes the summons out of `socket`.
pub(crate) fn take(socket: BorrowedFd<'_>) -> Option<Summons> {
    receive(socket, RecvFlags::empty())
}

fn receive(socket: BorrowedFd<'_>, flags: RecvFlags) -> Option<Summons> {
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
    let (word, key) = bytes.split_first_chunk()?;
    let whole = message.ok()?.bytes == LENGTH && *word == WORD;
    let control = UnixStream::from(fds.pop().filter(|_| whole)?);
    Some(Summons {
        key: key.try_into().ok()?,
        control,
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    #[test]
    fn a_summons_is_seen_before_it_is_taken_and_only_once() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        let (control, their_control) = UnixStream::pair().unwrap();
        assert!(!waits(theirs.as_fd()));
        let key = send(&ours, &their_control).unwrap();
        drop(their_control);
        (&ours).write_all(b"hello").unwrap();
        assert!(waits(theirs.as_fd()) && waits(theirs.as_fd()));
        let summons = take(theirs.as_fd()).unwrap();
        assert_eq!(summons.key, key);
        (&control).write_all(b"stop").unwrap();
        let mut word = [0; 4];
        (&summons.control).read_exact(&mut word).unwrap();
        assert_eq!(&word, b"stop");
        assert!(!waits(theirs.as_fd()));
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
        assert!(!waits(theirs.as_fd()));
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
