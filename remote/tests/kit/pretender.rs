//! What plays a pool that is none: sockets with a summons in them, and what a program does that finds them.

use std::{
    io::IoSlice,
    mem::MaybeUninit,
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};

/// The first of these are what a pool sends.
pub(crate) const SUMMONS: &[u8] = b"offload summons\x02and any key of 16";

/// Two sockets made for each other, the summons in one of them as a pool leaves it there.
pub(crate) fn forged() -> (UnixStream, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let (_, control) = UnixStream::pair().unwrap();
    summon(&ours, &control);
    (ours, theirs)
}

pub(crate) fn summon(socket: &UnixStream, control: &UnixStream) {
    summon_as(SUMMONS, socket, control);
}

pub(crate) fn summon_as(summons: &[u8], socket: &UnixStream, control: &UnixStream) {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let fds = [control.as_fd()];
    assert!(ancillary.push(SendAncillaryMessage::ScmRights(&fds)));
    let bytes = [IoSlice::new(&summons[..32])];
    let sent = sendmsg(socket, &bytes, &mut ancillary, SendFlags::empty());
    assert_eq!(sent, Ok(32));
}

/// What a program does that finds this on its standard input. Its pool says no more, so that a worker ends.
pub(crate) fn run(program: &Path, input: impl Into<OwnedFd>) -> Output {
    let mut command = Command::new(program);
    command.arg("--list").stdin(input.into());
    reads(&mut command)
}

/// What a program says that reads what it was given.
pub(crate) fn reads(command: &mut Command) -> Output {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    offload_limits::output_of(command.spawn().unwrap())
}

pub(crate) fn is_ordinary(output: &Output) -> bool {
    output.status.success() && String::from_utf8_lossy(&output.stdout).contains(": test")
}

pub(crate) fn is_worker(output: &Output) -> bool {
    output.status.success() && output.stdout.is_empty()
}

pub(crate) fn own() -> PathBuf {
    std::env::current_exe().unwrap()
}
