//! How a worker is started: the command, the socket, the first words.

use std::{
    ffi::OsString,
    io::{self, IoSlice, Read, Write},
    mem::MaybeUninit,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{net::UnixStream, process::CommandExt},
    },
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::{
    net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg},
    process::Pid,
};

use crate::{
    config::Config,
    crew::Crew,
    entry::MARKER,
    failure::{StartError, Trouble},
    frame::{Broken, Kind, SLACK},
    incoming::Incoming,
    message::{Hello, Refusal, frame, read},
    registry,
    worker::Worker,
};

/// Starts a process. It is not ready before its introduction is over.
pub(crate) fn launch(crew: &'static Crew) -> Result<(Child, Worker, Introduction), Trouble> {
    let config = &crew.config;
    let hello = hello(config)?;
    let (socket, theirs) = UnixStream::pair()?;
    let (control, their_control) = UnixStream::pair()?;
    let child = command(config, theirs.into()).spawn()?;
    let pid = Pid::from_child(&child);
    let introduction = Introduction {
        hello,
        control: their_control.into(),
        limit: config.start_limit,
    };
    Ok((child, Worker::new(pid, socket, control), introduction))
}

/// No code of ours runs between fork and exec: then the system need not copy the tables of a large process.
fn command(config: &Config, socket: OwnedFd) -> Command {
    let program = config.executable.map_or_else(this_program, Into::into);
    let mut command = Command::new(program);
    command
        .stdin(Stdio::from(socket))
        .arg0(title(config.name))
        .env(MARKER, std::process::id().to_string())
        .envs(config.env.iter().copied())
        // A group of its own: Ctrl-C in the terminal is not for it, and it can be killed with all it started.
        .process_group(0);
    if let Some(folder) = config.current_dir {
        command.current_dir(folder);
    }
    command
}

/// The very file this process was started from, even if another one has its name by now.
fn this_program() -> OsString {
    let link = "/proc/self/exe";
    match std::fs::metadata(link) {
        Ok(_) => link.into(),
        Err(_) => std::env::current_exe().map_or_else(|_| link.into(), Into::into),
    }
}

/// What lists of processes show.
fn title(pool: &str) -> OsString {
    let mut title = std::env::args_os().next().unwrap_or_default();
    title.push(": worker of ");
    title.push(pool);
    title
}

fn hello(config: &Config) -> Result<Vec<u8>, StartError> {
    let table = registry::table().map_err(|error| StartError::Registry(error.to_owned()))?;
    let hello = Hello {
        pool: config.name.to_owned(),
        functions: table.known(config.name),
        memory_limit: config.memory_limit,
        core_dumps: config.core_dumps,
        max_resident: config.max_resident,
        max_message: config.max_message as u64,
        stack_size: config.stack_size.map(|bytes| bytes as u64),
    };
    Ok(frame(Kind::Hello, &hello))
}

/// The first words, one from each side.
#[derive(Debug)]
pub(crate) struct Introduction {
    hello: Vec<u8>,
    control: OwnedFd,
    limit: Duration,
}

/// Why a worker is not ready.
#[derive(Debug)]
pub(crate) enum Silence {
    Refused(StartError),
    /// It closed its socket, mostly by dying.
    Closed,
}

impl Introduction {
    /// Says what the worker is to be and waits until it is, within the limit.
    pub(crate) fn wait(self, worker: &Worker) -> Result<(), Silence> {
        let deadline = Instant::now().checked_add(self.limit);
        let limit = self.limit;
        let silent = |error: io::Error| match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
                Silence::Refused(StartError::Silent(limit))
            }
            _ => Silence::Closed,
        };
        let socket = &*worker.socket;
        socket.set_write_timeout(Some(limit)).map_err(silent)?;
        self.speak(socket).map_err(silent)?;
        // What is kept here would keep the worker from seeing the end of its pool.
        drop(self.control);
        let mut incoming = Incoming::new(Vec::new(), SLACK);
        let head = loop {
            let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Silence::Refused(StartError::Silent(limit)));
            }
            socket.set_read_timeout(left).map_err(silent)?;
            match { socket }.read(incoming.room()) {
                Ok(0) => return Err(Silence::Closed),
                Ok(bytes) => match incoming.filled(bytes) {
                    Ok(Some(head)) => break head,
                    Ok(None) => {}
                    Err(Broken) => return Err(stranger()),
                },
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(silent(error)),
            }
        };
        match head.kind {
            Kind::Ready => socket.set_nonblocking(true).map_err(silent),
            Kind::Refusal => Err(refusal(incoming.body())),
            _ => Err(stranger()),
        }
    }

    /// The descriptor of the control socket travels with the first byte.
    fn speak(&self, mut socket: &UnixStream) -> io::Result<()> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        let fds = [self.control.as_fd()];
        ancillary.push(SendAncillaryMessage::ScmRights(&fds));
        let bytes = [IoSlice::new(&self.hello)];
        let sent = sendmsg(socket, &bytes, &mut ancillary, SendFlags::NOSIGNAL)?;
        socket.write_all(&self.hello[sent..])
    }
}

fn refusal(body: &[u8]) -> Silence {
    Silence::Refused(match read(body) {
        Ok(Refusal::Init(message)) => StartError::Init(message),
        Ok(Refusal::Mismatch(message)) => StartError::Mismatch(message),
        Ok(Refusal::Registry(message)) => StartError::Registry(message),
        Err(error) => StartError::Mismatch(error.to_string()),
    })
}

fn stranger() -> Silence {
    Silence::Refused(StartError::Mismatch(Broken.to_string()))
}
