//! What bodies do: run for long and say at a gate which process they are in, and find the socket of their worker.

use std::{
    os::{fd::OwnedFd, unix::process::CommandExt},
    process::{self, Command},
    thread,
    time::Duration,
};

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

/// Becomes another program, which keeps the socket, so the pool does not end it for that. What it says if it cannot.
pub(crate) fn becomes_and_stays(program: &str) -> String {
    std::mem::forget(rustix::io::dup(own_socket()).unwrap());
    let mut words = program.split(' ');
    let error = Command::new(words.next().unwrap()).args(words).exec();
    error.to_string()
}

/// The number of the call by which a process makes its parent its debugger.
const PTRACE: u32 = if cfg!(target_arch = "x86_64") {
    101
} else {
    117
};

/// How the program below ends where the system does not let it be traced.
pub(crate) const UNTRACED: i32 = 77;

/// A program that is traced by its parent, which each signal stops, and that sends itself one. It takes another language.
pub(crate) fn traced() -> Option<String> {
    let has_perl = Command::new("perl").args(["-e", "1"]).status();
    has_perl.is_ok_and(|end| end.success()).then(|| {
        let traced = format!("syscall({PTRACE},0,0,0,0)==0");
        format!("perl -e {traced}||exit({UNTRACED});kill('USR1',$$);sleep(1000)")
    })
}
