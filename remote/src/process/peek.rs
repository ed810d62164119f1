//! Looks at the socket of a worker without reading from it.

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{RecvFlags, recv},
};

use super::WorkerProcess;

impl WorkerProcess {
    /// Whether the worker has sent nothing unexpected. A closed socket counts as quiet, because its next use fails.
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
