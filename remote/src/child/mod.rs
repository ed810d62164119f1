//! A worker, seen from inside the worker process.
//!
//! The main thread receives everything that is not a call: requests to stop a body or the worker, and the end of the pool. A second
//! thread reads calls and runs bodies.
//!
//! - Start: `init` is the entry point; `ctor` calls it before `main` in programs whose `main` is not the user's. `arrival` finds out
//!   whether this process is a worker, `handshake` reads its configuration through `socket`; `fds` are the descriptors it inherited.
//! - Calls: `serve` runs bodies with `hooks` around them. `current` is the running body, `control` receives requests to stop it.
//! - Between calls: `orphans` are processes that bodies left behind, `rss` is the memory that the worker holds.
//!
//! May import `functions`, `panics`, `pool`, `role`, `sync`, `system`, `text`, `unwind` and `wire`. Nothing but `lib.rs` imports
//! this folder.

use std::{ffi::CString, os::unix::net::UnixStream, process::exit, sync::Arc, thread};

use nix::{
    sys::signal::SigSet,
    unistd::{Pid, getpgid, getppid, setpgid},
};
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

/// The exit code of a process that cannot be a worker.
const CANNOT: i32 = 70;

/// The exit code of a process that may have too few descriptors to be one.
const FULL: i32 = 71;

/// Runs as a worker until its pool has ended or does not need it any more.
pub(crate) fn run(worker: WorkerHooks, socket: UnixStream, summons: Summons) -> ! {
    role::become_worker();
    // A program that waits for signals on one thread blocks them on all others, and what those start inherits that.
    let _ = SigSet::empty().thread_set_mask();
    if fds::settle(&socket).is_err() {
        exit(FULL);
    }
    leave_session();
    orphans::keep();
    let hello = match handshake::receive(&socket) {
        Ok(hello) => hello,
        Err(Some(refusal)) => refuse(&socket, &refusal),
        // The pool ended before it sent anything.
        Err(None) => exit(0),
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
    let limits = limits_of_thread(&hello);
    let socket = Arc::new(socket);
    let theirs = Arc::clone(&socket);
    let Summons { key, control } = summons;
    let body = move || serve::serve(&hello, key, worker, &theirs);
    if let Err(error) = thread.spawn(body) {
        refuse(
            &socket,
            &Refusal::Init(format!("no thread for bodies: {error}{limits}")),
        );
    }
    control::listen(&control, &signals, worker.on_stop)
}

/// Makes this process the leader of its own session. So it has no terminal, and no terminal can stop it, hang up on it or
/// interrupt it.
///
/// It already leads a group, and a group leader cannot start a session: so it joins the group of the pool's process for a
/// moment.
fn leave_session() {
    // In some containers that group has no number here. Then the worker was started in that group and leads none.
    let group = getpgid(Some(getppid())).ok();
    if let Some(group) = group.filter(|group| group.as_raw() > 0) {
        let _ = setpgid(Pid::from_raw(0), group);
    }
    if setsid().is_err() {
        // It has to stay in its session, but not in its group.
        let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
    }
}

/// Settings for the whole process. What the system does not allow stays as it is, except for limits that were asked for.
fn settle_down(hello: &Hello) {
    if let Ok(name) = CString::new(hello.pool.as_str()) {
        let _ = rustix::thread::set_name(&name);
    }
    // When the process that watches this one ends, this one ends too. The kernel sends a signal instead of killing it, so
    // that the processes it started end as well. A stopped process reacts to this signal too.
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
        // The system already allows less than was asked for, and its limit holds.
    }
}

/// The options for which a thread may be refused.
fn limits_of_thread(hello: &Hello) -> String {
    let options = [
        ("stack_size", hello.stack_size),
        ("memory_limit", hello.memory_limit),
    ];
    let set = options
        .iter()
        .filter_map(|(name, bytes)| Some((name, (*bytes)?)));
    let set = set.map(|(name, bytes)| format!("; `{name}` is {bytes} bytes"));
    set.collect()
}

/// Sends why this process cannot be a worker, and exits.
fn refuse(socket: &UnixStream, refusal: &Refusal) -> ! {
    let _ = socket::send_all(socket, &frame(Kind::Refusal, refusal));
    exit(CANNOT)
}
