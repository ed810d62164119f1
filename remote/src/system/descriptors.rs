//! Keeps descriptors of ours away from the numbers of the standard ones.

use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
};

use rustix::io::fcntl_dupfd_cloexec;

/// The same, never with the number of a standard descriptor, even if those are closed: the program may still write to them.
pub(crate) fn above_standard(fd: impl Into<OwnedFd>) -> io::Result<OwnedFd> {
    let fd = fd.into();
    if fd.as_raw_fd() > 2 {
        return Ok(fd);
    }
    Ok(fcntl_dupfd_cloexec(fd, 3)?)
}
