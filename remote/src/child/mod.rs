//! The life of a worker, on its own side.
//!
//! The main thread hears what is not a call: that a body should stop, that the worker should go, that its pool is gone. A second
//! thread reads calls and runs bodies.
//!
//! Imports what a worker shares with its pool: `pool` for the functions and the initialiser, `wire`, `system`. Nothing imports this folder.

use std::{ffi::CString, os::unix::net::UnixStream, process::exit, sync::Arc, thread};

use nix::unistd::{Pid, getpgid, getppid, setpgid};
use rustix::process::{
    Resource, Rlimit, Signal, set_parent_process_death_signal, setrlimit, setsid,
};

use crate::{
    child::hooks::WorkerHooks,
    role,
    wire::{
        frame::Kind,
        message::{Hello, Refusal, frame},
        summons::Summons,
    },
};

mod arrival;
mod control;
#[cfg(all(feature = "test-util", not(test)))]
mod ctor;
mod current;
mod fds;
mod handshake;
pub(crate) mod hooks;
pub(crate) mod init;
mod orphans;
mod rss;
mod serve;
mod socket;

pub(crate) use arrival::summoned;
pub(crate) use current::stop_requested;

/// How a worker exits that can not be one.
const CANNOT: i32 = 70;

/// Is a worker until its pool is gone or wants no more of it.
pub(crate) fn run(worker: WorkerHooks, socket: UnixStream, summons: Summons) -> ! {
    role::become_worker();
    if fds::settle(&socket).is_err() {
        exit(CANNOT);
    }
    leave_session();
    orphans::keep();
    let Some(hello) = handshake::receive(&socket) else {
        // The pool has gone before it said anything.
        exit(0);
    };
    let signals = control::signals();
    settle_down(&hello);
    let Ok(signals) = signals else {
        refuse(
            &socket,
            &Refusal::Init("no signals can be heard".to_owned()),
        );
    };
    let mut thread = thread::Builder::new().name(hello.pool.clone());
    if let Some(bytes) = hello.stack_size {
        thread = thread.stack_size(usize::try_from(bytes).unwrap_or(usize::MAX));
    }
    let socket = Arc::new(socket);
    let theirs = Arc::clone(&socket);
    let Summons { key, control } = summons;
    let body = move || serve::serve(&hello, key, worker, &theirs);
    if let Err(error) = thread.spawn(body) {
        refuse(
            &socket,
            &Refusal::Init(format!("no thread for bodies: {error}")),
        );
    }
    control::listen(&control, &signals, worker.on_stop)
}

/// Leads a session of its own: it has no terminal, so none can stop it, hang up on it or interrupt it.
///
/// It leads a group already, and who leads one cannot: for a moment it is in the group of the pool's process.
fn leave_session() {
    // Where that group has no number here, as in some containers, the worker was started in it and leads none.
    let group = getpgid(Some(getppid())).ok();
    if let Some(group) = group.filter(|group| group.as_raw() > 0) {
        let _ = setpgid(Pid::from_raw(0), group);
    }
    if setsid().is_err() {
        // The session that was to be left is the only one it can have: but not the group.
        let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
    }
}

/// What is set once for the process. What the system does not allow stays as it is, but for limits that were asked for.
fn settle_down(hello: &Hello) {
    if let Ok(name) = CString::new(hello.pool.as_str()) {
        let _ = rustix::thread::set_name(&name);
    }
    // When the process that watches this one ends, so does this one. Told, and not killed by the kernel itself, so that all it has
    // started goes too. Of all signals this one is also heard by a process that is stopped.
    let _ = set_parent_process_death_signal(Some(Signal::CONT));
    if !hello.core_dumps {
        limit(Resource::Core, 0);
    }
    if let Some(bytes) = hello.memory_limit {
        limit(Resource::Data, bytes);
    }
}

fn limit(resource: Resource, most: u64) {
    let most = Some(most);
    let limit = Rlimit {
        current: most,
        maximum: most,
    };
    if setrlimit(resource, limit).is_err() {
        // The system allows less than was asked for already: that limit holds.
    }
}

/// Says why this process is no worker, and is none.
fn refuse(socket: &UnixStream, refusal: &Refusal) -> ! {
    let _ = socket::send_all(socket, &frame(Kind::Refusal, refusal));
    exit(CANNOT)
}
