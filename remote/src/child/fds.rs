//! The file descriptors that a worker inherited.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::{
        fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd},
        unix::net::UnixStream,
    },
};

use rustix::{
    io::{FdFlags, fcntl_setfd},
    stdio::dup2_stdin,
};

/// A flag in `/proc/self/fdinfo`: the descriptor is closed by the next exec, so this program itself opened it.
const CLOEXEC: u32 = 0o2_000_000;

const NULL: &str = "/dev/null";

/// Opens standard output and standard error if they are closed. Otherwise a socket could get one of their numbers, and receive
/// what bodies print. Before `main` no other code opens them.
pub(super) fn complete() -> io::Result<()> {
    loop {
        let file = nowhere()?;
        if file.as_raw_fd() > 2 {
            return Ok(());
        }
        fcntl_setfd(&file, FdFlags::empty())?;
        let _ = file.into_raw_fd();
    }
}

/// Swallows what is written to it. In a root folder of its own a program may have no such file: a folder refuses that.
fn nowhere() -> io::Result<File> {
    let null = OpenOptions::new().read(true).write(true).open(NULL);
    null.or_else(|_| File::open("/"))
}

/// Ends at once where it is read.
fn empty() -> io::Result<OwnedFd> {
    let null = File::open(NULL).map(Into::into);
    null.or_else(|_| Ok(UnixStream::pair()?.0.into()))
}

/// Replaces standard input by an empty one, and closes the descriptors that the pool's process had open but not for its
/// children.
pub(super) fn settle(socket: &UnixStream) -> io::Result<()> {
    dup2_stdin(empty()?)?;
    for fd in inherited() {
        if fd != socket.as_raw_fd() {
            let _ = nix::unistd::close(fd);
        }
    }
    Ok(())
}

/// Descriptors that survived the exec, except the standard ones.
fn inherited() -> Vec<RawFd> {
    let Ok(entries) = fs::read_dir("/proc/self/fd") else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let numbers = names.filter_map(|name| name.to_str()?.parse().ok());
    let numbers: Vec<RawFd> = numbers.filter(|fd| *fd > 2).collect();
    numbers
        .into_iter()
        .filter(|fd| outlives_exec(*fd))
        .collect()
}

fn outlives_exec(fd: RawFd) -> bool {
    let Ok(info) = fs::read_to_string(format!("/proc/self/fdinfo/{fd}")) else {
        return false;
    };
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & CLOEXEC == 0)
}
