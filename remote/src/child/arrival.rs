//! Finds out whether this process is a worker, from what its parent left on its standard input.

use std::{io, os::fd::AsFd, os::unix::net::UnixStream, process::exit};

use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use rustix::{
    net::{SocketType, sockopt::socket_type},
    process::{getegid, geteuid, getppid},
};

use super::{CANNOT, fds};
use crate::{
    system::privileges,
    wire::summons::{self, Summons},
};

/// The socket to the pool and the summons, if this process was started as a worker.
///
/// A process with more rights than its caller is never a worker, whatever is on its standard input. For all others,
/// standard input must be one of two sockets that a process of this user and group made for each other, and a summons must
/// be the first message in it. If that process is not the parent, the pool has ended since, or somebody passed the socket
/// on. Then this process is neither a worker nor a run of the program.
pub(crate) fn summoned() -> Option<(UnixStream, Summons)> {
    if privileges::of_process().is_some() {
        return None;
    }
    let stdin = io::stdin();
    if socket_type(&stdin).ok()? != SocketType::STREAM {
        return None;
    }
    let socket = UnixStream::from(stdin.as_fd().try_clone_to_owned().ok()?);
    let is_pair = socket.local_addr().ok()?.is_unnamed() && socket.peer_addr().ok()?.is_unnamed();
    let maker = getsockopt(&socket, PeerCredentials).ok()?;
    let is_ours = maker.uid() == geteuid().as_raw() && maker.gid() == getegid().as_raw();
    if !is_pair || !is_ours || !summons::waits(socket.as_fd()) {
        return None;
    }
    let parent = getppid().map(|parent| parent.as_raw_nonzero().get());
    if parent != Some(maker.pid()) {
        exit(CANNOT);
    }
    if fds::complete().is_err() {
        exit(CANNOT);
    }
    let summons = summons::take(socket.as_fd())?;
    Some((socket, summons))
}
