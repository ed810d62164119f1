//! What bodies do: run for long and say at a gate which process they are in, and find the socket of their worker.

use std::{os::fd::OwnedFd, process, thread, time::Duration};

use rustix::{
    net::sockopt::socket_peercred,
    process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open},
};
use tokio_offload_remote::stop_requested;

use super::say;

/// What stands in the head of each frame, at its bytes 6 and 7. The version is in the last four bits of the first.
pub(crate) const PROTOCOL: [u8; 2] = [0xf2, 0x0f];

/// Runs until its process is killed.
pub(crate) fn spin(gate: &str) -> ! {
    say(gate, &process::id().to_string());
    loop {
        std::hint::spin_loop();
    }
}

/// Runs until it is asked to stop.
pub(crate) fn until_asked(gate: &str) -> u32 {
    say(gate, &process::id().to_string());
    while !stop_requested() {
        thread::sleep(Duration::from_millis(1));
    }
    process::id()
}

/// The socket for calls and replies: the first of this process whose other end another process has made. What else a worker opens may have
/// a smaller number, where the test program was started with a file open that its children inherit.
pub(crate) fn own_socket() -> OwnedFd {
    let own = pidfd_open(getpid(), PidfdFlags::empty()).unwrap();
    let all = (3..100).filter_map(|fd| pidfd_getfd(&own, fd, PidfdGetfdFlags::empty()).ok());
    let of_another = |fd: &OwnedFd| socket_peercred(fd).is_ok_and(|maker| maker.pid != getpid());
    let mut found = all.filter(of_another);
    found.next().unwrap()
}
