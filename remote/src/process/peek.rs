//! Looks at the socket of a worker without reading from it.

use rustix::net::{RecvFlags, recv};

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
}
