//! What a worker makes of the descriptors it was born with.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::{
        fd::{AsRawFd, IntoRawFd, RawFd},
        unix::net::UnixStream,
    },
};

use rustix::{
    io::{FdFlags, fcntl_setfd},
    stdio::dup2_stdin,
};

/// In `flags` of `/proc/self/fdinfo`: closed by the next exec, so opened by this very program.
const CLOEXEC: u32 = 0o2_000_000;

/// Opens what is closed of standard output and errors: a socket with one of their numbers would get what bodies print. Before
/// `main` nobody else has done it yet.
pub(super) fn complete() -> io::Result<()> {
    loop {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/dev/null")?;
        if file.as_raw_fd() > 2 {
            return Ok(());
        }
        fcntl_setfd(&file, FdFlags::empty())?;
        let _ = file.into_raw_fd();
    }
}

/// Empties standard input and closes what the pool's process had open and did not mean for its children.
pub(super) fn settle(socket: &UnixStream) -> io::Result<()> {
    dup2_stdin(File::open("/dev/null")?)?;
    for fd in inherited() {
        if fd != socket.as_raw_fd() {
            let _ = nix::unistd::close(fd);
        }
    }
    Ok(())
}

/// Descriptors that outlived the exec, but for the standard ones.
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
