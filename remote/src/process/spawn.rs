//! Starts a worker: the command, the socket, the handshake.

use std::{
    ffi::OsStr,
    io,
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::CommandExt},
    },
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use nix::unistd::getpgrp;
use rustix::{
    io::Errno,
    net::{RecvFlags, SendFlags, recv, send},
    process::{Pid, PidfdFlags, getpid, pidfd_open, test_kill_process},
};

use crate::{
    config::Config,
    error::StartError,
    process::{
        WorkerProcess,
        hear::{Heard, listen},
        monitor::Supervisor,
        program::{self, NotStarted},
        resolve::resolve,
        start_failure::StartFailure,
    },
    system::{descriptors::above_standard, privileges},
    wire::{
        frame::{Broken, Kind, SLACK},
        message::{Refusal, read},
        reader::MessageReader,
        summons::{self, Key},
    },
};

/// Starts a process. It is not ready before its handshake is over.
pub(crate) fn launch(
    pool: &'static dyn Supervisor,
) -> Result<(Child, WorkerProcess, Handshake), StartFailure> {
    let config = pool.config();
    let hello = pool.hello()?;
    let program = program::of_pool(config)?;
    let program = resolve(config, program);
    refuse_privileges(&program)?;
    let (socket, theirs) = pair()?;
    let (control, their_control) = pair()?;
    // Sent before the process exists, because it must know at once what it is. The summons carries the other end of the control socket,
    // which is closed here, so that the worker notices the end of its pool.
    let key = summons::send(&socket, &their_control)?;
    drop(their_control);
    refuse_blindness(&theirs)?;
    refuse_helplessness()?;
    let program = program.as_os_str();
    let child = command(config, program, theirs.into()).spawn();
    let child = child.map_err(|cause| NotStarted::error(program, config, cause))?;
    let pid = Pid::from_child(&child);
    let handshake = Handshake {
        hello,
        key,
        limit: config.start_timeout,
        program: program.to_string_lossy().into(),
    };
    Ok((child, WorkerProcess::new(pid, socket, control), handshake))
}

/// Two sockets.
fn pair() -> io::Result<(UnixStream, UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    Ok((above_standard(ours)?.into(), above_standard(theirs)?.into()))
}

/// Fails if the process that gets this socket could not see the summons in it: it may call no more of the system than this one.
fn refuse_blindness(theirs: &UnixStream) -> io::Result<()> {
    let error = match summons::sender(theirs) {
        Ok(Some(_)) => return Ok(()),
        Ok(None) => io::Error::other("it is not there"),
        Err(error) => error,
    };
    let text = format!("a worker could not read its summons: {error}");
    Err(io::Error::new(error.kind(), text))
}

/// Fails if this process may send no signals, as under a filter of system calls: it could neither ask a worker to stop nor end it.
fn refuse_helplessness() -> io::Result<()> {
    test_kill_process(getpid()).map_err(|error| {
        let error = io::Error::from(error);
        let text = format!("this process may send no signals, so it could end no worker: {error}");
        io::Error::new(error.kind(), text)
    })
}

/// Fails if executing the file would give the worker rights that this process does not have.
fn refuse_privileges(program: &Path) -> Result<(), StartFailure> {
    let rights = privileges::of_process()
        .or_else(|| privileges::of_file(program))
        .or_else(|| privileges::gives_capabilities(program));
    rights.map_or(Ok(()), |rights| Err(StartFailure::Privileged(rights)))
}

/// Builds the command. No code of ours runs between fork and exec, so the system need not copy the page tables of a large process.
fn command(config: &Config, program: &OsStr, socket: OwnedFd) -> Command {
    let mut command = Command::new(program);
    command
        .stdin(Stdio::from(socket))
        .arg0(summons::title(config.name));
    if getpgrp().as_raw() > 0 {
        // It gets its own group at first and its own session later, so Ctrl-C in the terminal does not reach it.
        command.process_group(0);
    }
    if let Some(kept) = config.env_kept {
        let kept = kept
            .iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?)));
        command.env_clear().envs(kept);
    }
    command.envs(config.env.iter().copied());
    if let Some(folder) = config.current_dir {
        command.current_dir(folder);
    }
    command
}

/// The handshake: one message from each side.
#[derive(Debug)]
pub(crate) struct Handshake {
    hello: Vec<u8>,
    key: Key,
    limit: Duration,
    program: Arc<str>,
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
        let silent = |error| self.silent(&error);
        socket.set_write_timeout(Some(self.limit)).map_err(silent)?;
        if let Err(error) = send_all(socket, &self.hello) {
            // One that closed its socket may have said why.
            if let late @ HandshakeError::Refused(_) = silent(error) {
                return Err(late);
            }
        }
        let mut incoming = MessageReader::new(Vec::new(), SLACK);
        // Where the system has no such descriptors, the end of the socket has to do.
        let end = pidfd_open(worker.pid(), PidfdFlags::empty()).ok();
        let kind = self.receive((socket, end.as_ref()), &mut incoming, deadline)?;
        match kind {
            Kind::Ready if read(incoming.body()) == Ok(self.key) => {
                socket.set_nonblocking(true).map_err(silent)
            }
            Kind::Refusal => Err(refusal(incoming.body())),
            _ => Err(not_a_worker(Broken::Unknown)),
        }
    }

    /// Reads one whole message until the deadline.
    fn receive(
        &self,
        (socket, end): (&UnixStream, Option<&OwnedFd>),
        incoming: &mut MessageReader,
        deadline: Option<Instant>,
    ) -> Result<Kind, HandshakeError> {
        loop {
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            match listen(socket, end, left) {
                // Only now: this process may have been stopped for longer, and the worker in time.
                Heard::Nothing if left.is_some_and(|left| left.is_zero()) => {
                    return Err(self.late());
                }
                Heard::Nothing => continue,
                Heard::End => return Err(HandshakeError::Closed),
                Heard::Bytes => {}
            }
            match recv(socket, incoming.room(), RecvFlags::DONTWAIT) {
                Ok((0, _)) => return Err(HandshakeError::Closed),
                Ok((bytes, _)) => match incoming.filled(bytes) {
                    Ok(Some(head)) => return Ok(head.kind),
                    Ok(None) => {}
                    Err(broken) => return Err(not_a_worker(broken)),
                },
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(self.silent(&error.into())),
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

    /// A read or write that took too long, or a socket that was closed.
    fn silent(&self, error: &io::Error) -> HandshakeError {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => self.late(),
            _ => HandshakeError::Closed,
        }
    }
}

/// Like `write_all`, which raises SIGPIPE in older versions of std: the program may have set that to end it.
fn send_all(socket: &UnixStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match send(socket, bytes, SendFlags::NOSIGNAL) {
            Ok(sent) => bytes = &bytes[sent..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
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
    use std::io::Write;

    use super::*;
    use crate::wire::message::frame;

    /// As after a moment in which this process was stopped.
    #[test]
    fn a_worker_that_was_ready_in_time_is_heard_after_it() {
        let key = Key::default();
        for says_so in [true, false] {
            let (ours, mut theirs) = UnixStream::pair().unwrap();
            let (control, _) = UnixStream::pair().unwrap();
            if says_so {
                theirs.write_all(&frame(Kind::Ready, &key)).unwrap();
            }
            let child = Command::new("sleep").arg("60").spawn();
            let mut child = child.unwrap();
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
            match end {
                Ok(()) => assert!(says_so),
                Err(HandshakeError::Refused(StartError::Silent { .. })) => assert!(!says_so),
                Err(other) => panic!("{other:?}"),
            }
        }
    }
}
