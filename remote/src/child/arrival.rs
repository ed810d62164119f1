//! Finds out whether this process is a worker, from what its parent left on its standard input.

use std::{io::stdin, os::fd::AsFd, os::unix::net::UnixStream, process::exit};

use rustix::{io::Errno, process::getppid};

use super::{CANNOT, FULL, fds};
use crate::{
    system::privileges,
    wire::summons::{self, Summons},
};

/// The socket to the pool and the summons, if this process was started as a worker.
///
/// A process with more rights than its caller is never a worker, whatever is on its standard input. For all others, standard input must
/// be one of a pair of sockets that a process of this user and group made, and its first message must be a summons.
///
/// In three cases this process is neither a worker nor a run of the program, and exits. First, the process that sent the summons is not
/// the parent: the pool has ended, or somebody passed the socket on. Second, this process has the name of a worker, but there is no
/// summons: it would run the program again, which would start such a process again, without an end. Third, it may have too few descriptors
/// to be a worker.
pub(crate) fn summoned() -> Option<(UnixStream, Summons)> {
    let summoned = find();
    if summoned.is_none()
        && summons::is_titled()
        && !summons::is_for_another_release(stdin().as_fd())
    {
        exit(CANNOT);
    }
    summoned
}

fn find() -> Option<(UnixStream, Summons)> {
    if privileges::of_process().is_some() {
        return None;
    }
    let input = stdin();
    let sender = match summons::sender(input.as_fd()) {
        // As the program it would start the next such process.
        Err(error) if error.raw_os_error() == Some(Errno::MFILE.raw_os_error()) => exit(FULL),
        sender => sender.ok()??,
    };
    let parent = getppid().map(|parent| parent.as_raw_nonzero().get());
    if parent != Some(sender) {
        exit(CANNOT);
    }
    if fds::complete().is_err() {
        exit(FULL);
    }
    // This process was started to be a worker, but each of these takes one more descriptor.
    let Ok(socket) = input.as_fd().try_clone_to_owned() else {
        exit(FULL)
    };
    let Some(summons) = summons::take(socket.as_fd()) else {
        exit(FULL)
    };
    Some((socket.into(), summons))
}
