//! The handshake with a process that was started: it is a worker if it answers as one in time.

use std::{
    os::{fd::OwnedFd, unix::net::UnixStream},
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags},
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
    process::{PidfdFlags, pidfd_open},
};

use crate::{
    error::StartError,
    process::{
        WorkerProcess,
        hear::{Heard, listen},
    },
    system::readiness,
    wire::{
        frame::{Broken, Kind, SLACK},
        message::{Refusal, read},
        reader::MessageReader,
        summons::Key,
    },
};

/// The handshake: one message from each side.
#[derive(Debug)]
pub(crate) struct Handshake {
    pub(super) hello: Vec<u8>,
    pub(super) key: Key,
    pub(super) limit: Duration,
    pub(super) program: Arc<str>,
}

/// Why a worker is not ready.
#[derive(Debug)]
pub(crate) enum HandshakeError {
    Refused(StartError),
    /// It closed its socket, usually because it died.
    Closed,
}

impl Handshake {
    /// The path of the executed file, as text.
    pub(crate) fn program(&self) -> Arc<str> {
        Arc::clone(&self.program)
    }

    /// Sends the configuration and waits until the worker is ready, within the limit.
    pub(crate) fn wait(self, worker: &WorkerProcess) -> Result<(), HandshakeError> {
        let deadline = Instant::now().checked_add(self.limit);
        let socket = &*worker.socket;
        self.send(socket, deadline)?;
        let mut incoming = MessageReader::new(Vec::new(), SLACK);
        // Where the system has no such descriptors, the end of the socket has to do.
        let end = pidfd_open(worker.pid(), PidfdFlags::empty()).ok();
        let kind = self.receive((socket, end.as_ref()), &mut incoming, deadline)?;
        match kind {
            Kind::Ready if read(incoming.body()) == Ok(self.key) => {
                let set = socket.set_nonblocking(true);
                set.map_err(|_| HandshakeError::Closed)
            }
            Kind::Refusal => Err(refusal(incoming.body())),
            _ => Err(not_a_worker(Broken::Unknown)),
        }
    }

    /// Sends the configuration until the deadline: one that reads now and then has no more time than one that does not.
    fn send(&self, socket: &UnixStream, deadline: Option<Instant>) -> Result<(), HandshakeError> {
        let mut rest = &*self.hello;
        while !rest.is_empty() {
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            match send(socket, rest, flags) {
                Ok(sent) => rest = &rest[sent..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    let left = time_left(deadline);
                    if left.is_some_and(|left| left.is_zero()) {
                        return Err(self.late());
                    }
                    let _ = readiness::wait(&mut [PollFd::new(socket, PollFlags::OUT)], left);
                }
                // One that closed its socket may have said why.
                Err(_) => break,
            }
        }
        Ok(())
    }

    /// Reads one whole message until the deadline.
    fn receive(
        &self,
        (socket, end): (&UnixStream, Option<&OwnedFd>),
        incoming: &mut MessageReader,
        deadline: Option<Instant>,
    ) -> Result<Kind, HandshakeError> {
        loop {
            let left = time_left(deadline);
            let is_over = left.is_some_and(|left| left.is_zero());
            match listen(socket, end, left) {
                // Only now: this process may have been stopped for longer, and the worker in time.
                Heard::Nothing if is_over => return Err(self.late()),
                Heard::Nothing => continue,
                Heard::End => return Err(HandshakeError::Closed),
                Heard::Bytes => {}
            }
            let room = incoming.room();
            let most = room.len();
            match recv(socket, room, RecvFlags::DONTWAIT) {
                Ok((0, _)) => return Err(HandshakeError::Closed),
                Ok((bytes, _)) => match incoming.filled(bytes) {
                    Ok(Some(head)) => return Ok(head.kind),
                    // That was all, so the rest was not sent in time.
                    Ok(None) if is_over && bytes < most => return Err(self.late()),
                    Ok(None) => {}
                    Err(broken) => return Err(not_a_worker(broken)),
                },
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(_) => return Err(HandshakeError::Closed),
            }
        }
    }

    /// The worker sent nothing within the limit.
    fn late(&self) -> HandshakeError {
        HandshakeError::Refused(StartError::Silent {
            limit: self.limit,
            program: self.program(),
        })
    }
}

fn time_left(deadline: Option<Instant>) -> Option<Duration> {
    deadline.map(|at| at.saturating_duration_since(Instant::now()))
}

fn refusal(body: &[u8]) -> HandshakeError {
    HandshakeError::Refused(match read(body) {
        Ok(Refusal::Init(message)) => StartError::Init(message),
        Ok(Refusal::Mismatch(message)) => StartError::Mismatch(message),
        Ok(Refusal::Registry(message)) => StartError::Registry(message),
        Err(error) => StartError::Mismatch(error.to_string()),
    })
}

fn not_a_worker(broken: Broken) -> HandshakeError {
    HandshakeError::Refused(StartError::Mismatch(broken.to_string()))
}

#[cfg(test)]
mod tests {
    use std::{io::Write, process::Command};

    use rustix::{
        net::{AddressFamily, SocketFlags, SocketType, socketpair},
        process::Pid,
    };

    use super::*;
    use crate::wire::message::frame;

    /// The end of a handshake whose time is over, with what the worker has sent by then.
    fn end_of(ours: UnixStream, key: Key) -> Result<(), HandshakeError> {
        let (control, _) = UnixStream::pair().unwrap();
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let worker = WorkerProcess::new(Pid::from_child(&child), ours, control);
        let handshake = Handshake {
            hello: Vec::new(),
            key,
            limit: Duration::from_nanos(1),
            program: "sleep".into(),
        };
        let end = handshake.wait(&worker);
        child.kill().unwrap();
        child.wait().unwrap();
        end
    }

    fn is_silent(end: &Result<(), HandshakeError>) -> bool {
        matches!(end, Err(HandshakeError::Refused(StartError::Silent { .. })))
    }

    /// As after a moment in which this process was stopped.
    #[test]
    fn a_worker_that_was_ready_in_time_is_heard_after_it() {
        let key = Key::default();
        for says_so in [true, false] {
            let (ours, mut theirs) = UnixStream::pair().unwrap();
            if says_so {
                theirs.write_all(&frame(Kind::Ready, &key)).unwrap();
            }
            let end = end_of(ours, key);
            assert_eq!((end.is_ok(), is_silent(&end)), (says_so, !says_so));
        }
    }

    /// Each reading gets one byte, and the next is there already.
    #[test]
    fn a_worker_that_drips_is_not_heard_after_its_time() {
        let (family, kind) = (AddressFamily::UNIX, SocketType::SEQPACKET);
        let (ours, theirs) = socketpair(family, kind, SocketFlags::CLOEXEC, None).unwrap();
        let (ours, theirs) = (UnixStream::from(ours), UnixStream::from(theirs));
        for byte in frame(Kind::Ready, &Key::default()) {
            send(&theirs, &[byte], SendFlags::empty()).unwrap();
        }
        let end = end_of(ours, Key::default());
        assert!(is_silent(&end), "{end:?}");
    }
}
