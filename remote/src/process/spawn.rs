//! Starts a worker: the command and the socket.

use std::{
    ffi::OsStr,
    io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::{net::UnixStream, process::CommandExt},
    },
    path::Path,
    process::{Child, Command, Stdio},
};

use nix::unistd::getpgrp;
use rustix::process::{Pid, getpid, test_kill_process};

use crate::{
    config::Config,
    process::{
        WorkerProcess,
        handshake::Handshake,
        monitor::Supervisor,
        program::{self, NotStarted},
        resolve::resolve,
        start_failure::StartFailure,
    },
    system::{descriptors::above_standard, privileges},
    wire::summons,
};

/// Starts a process. It is not ready before its handshake is over.
pub(crate) fn launch(
    pool: &'static dyn Supervisor,
) -> Result<(Child, WorkerProcess, Handshake), StartFailure> {
    let config = pool.config();
    let hello = pool.hello()?;
    let program = program::of_pool(config)?;
    let is_own = program::chosen(config).is_none();
    let program = resolve(config, program);
    refuse_privileges(&program)?;
    let (socket, theirs) = pair()?;
    let (control, their_control) = pair()?;
    // Sent before the process exists, because it must know at once what it is. The summons carries the other end of the control socket,
    // which is closed here, so that the worker notices the end of its pool.
    let key = summons::send(&socket, &their_control, is_own)?;
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
    let error = match summons::sender(theirs.as_fd()) {
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
