//! The socket of a worker: its registration with a runtime, and a look at it without reading.

use std::{
    io,
    os::unix::net::UnixStream,
    sync::Arc,
    task::{Context, Poll, ready},
};

use rustix::net::{RecvFlags, recv};
use tokio::{
    io::{Interest, unix::AsyncFd},
    runtime::{Handle, Id},
};

use crate::{
    process::{WorkerProcess, io_probe::has_io},
    unwind::swallow_panic,
};

/// A registration that stays from call to call, as long as the callers are tasks of one runtime.
#[derive(Debug)]
pub(crate) struct Registration {
    runtime: Id,
    /// Whether it also waits for room to write. Waiting for that all the time would wake callers needlessly.
    writes: bool,
    /// Always there, until it is dropped.
    fd: Option<AsyncFd<Arc<UnixStream>>>,
}

impl Drop for Registration {
    /// It holds wakers of callers, which may panic as they are dropped.
    fn drop(&mut self) {
        swallow_panic(|| drop(self.fd.take()));
    }
}

/// What a reading or writing of a socket returned.
pub(crate) struct SocketIo<T> {
    pub(crate) value: T,
    /// Nothing is left to do until the socket is ready again.
    pub(crate) exhausted: bool,
}

impl Registration {
    fn new(socket: &Arc<UnixStream>, writes: bool) -> io::Result<Self> {
        let interest = if writes {
            Interest::READABLE | Interest::WRITABLE
        } else {
            Interest::READABLE
        };
        #[allow(
            deprecated,
            reason = "what follows it is unsafe for the sake of types that make up their descriptor"
        )]
        let fd = AsyncFd::with_interest(Arc::clone(socket), interest)?;
        Ok(Self {
            runtime: Handle::current().id(),
            writes,
            fd: Some(fd),
        })
    }

    /// Waits in the current runtime until the socket is ready, and registers it there if it was with another one. Then runs `io`.
    ///
    /// An error means that the runtime is being shut down.
    pub(crate) fn poll<T>(
        registration: &mut Option<Self>,
        socket: &Arc<UnixStream>,
        writes: bool,
        cx: &mut Context<'_>,
        mut io: impl FnMut() -> SocketIo<T>,
    ) -> Poll<io::Result<T>> {
        let runtime = Handle::current().id();
        if let Some(old) = registration.as_ref() {
            if old.runtime == runtime && old.writes == writes {
                match old.poll_ready(cx, &mut io) {
                    // Numbers of runtimes are used again: this registration may belong to one that ended.
                    Poll::Ready(Err(_)) => {}
                    poll => return poll,
                }
            }
        }
        // One descriptor cannot be registered twice: the old one goes first.
        *registration = None;
        if !has_io() {
            return Poll::Ready(Err(io::ErrorKind::Unsupported.into()));
        }
        let new = registration.insert(Self::new(socket, writes)?);
        new.poll_ready(cx, &mut io)
    }

    fn poll_ready<T>(
        &self,
        cx: &mut Context<'_>,
        io: &mut impl FnMut() -> SocketIo<T>,
    ) -> Poll<io::Result<T>> {
        let Some(fd) = &self.fd else {
            return Poll::Pending;
        };
        let mut guard = if self.writes {
            // While it waits to write it also notices that the worker died.
            ready!(fd.poll_write_ready(cx))?
        } else {
            ready!(fd.poll_read_ready(cx))?
        };
        let SocketIo { value, exhausted } = io();
        if exhausted {
            guard.clear_ready();
        }
        Poll::Ready(Ok(value))
    }
}

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
