//! What can be seen of a worker's socket without taking anything from it.

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{RecvFlags, recv},
};

use super::WorkerProcess;

impl WorkerProcess {
    /// Whether nothing has come from it that nobody asked for. That its socket is closed is met again by whoever uses it.
    pub(crate) fn is_quiet(&self) -> bool {
        let spoken = recv(
            &self.socket,
            &mut [0_u8; 1],
            RecvFlags::PEEK | RecvFlags::DONTWAIT,
        );
        !matches!(spoken, Ok((1.., _)))
    }

    /// Whether a reply has begun to arrive.
    pub(super) fn has_replied(&self) -> bool {
        let mut fd = [PollFd::new(&self.socket, PollFlags::IN)];
        let now = Timespec::default();
        matches!(poll(&mut fd, Some(&now)), Ok(1)) && fd[0].revents() == PollFlags::IN
    }
}
