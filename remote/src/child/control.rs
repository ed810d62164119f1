//! The control thread of a worker: it receives requests to stop, signals, and the end of the pool. It also notices if the thread of bodies
//! is gone.

use std::{
    io,
    os::unix::net::UnixStream,
    process::exit,
    sync::{Arc, OnceLock, atomic::AtomicBool},
    thread,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags},
    io::{Errno, read},
    process::{Pid, Signal, getpid, getppid, kill_process, kill_process_group, test_kill_process},
    thread::gettid,
};
use signal_hook::consts::{SIGCONT, SIGINT, SIGPIPE, SIGTERM};

use super::{current, orphans};
use crate::system::{family, readiness};

/// The source of signals, and the parent process at the start of this one.
pub(super) struct Signals {
    term: UnixStream,
    /// The parent may have ended.
    cont: UnixStream,
    parent: Option<Pid>,
}

/// From here on SIGTERM is a request to stop. Ctrl-C is left to the pool's process, and a closed pipe is an error.
pub(super) fn signals() -> io::Result<Signals> {
    let (term, cont) = (heard_at(SIGTERM)?, heard_at(SIGCONT)?);
    for ignored in [SIGINT, SIGPIPE] {
        // Handled, not ignored: processes that a body starts would inherit an ignored signal.
        signal_hook::flag::register(ignored, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(Signals {
        term,
        cont,
        parent: getppid(),
    })
}

fn heard_at(signal: i32) -> io::Result<UnixStream> {
    let (pipe, theirs) = UnixStream::pair()?;
    pipe.set_nonblocking(true)?;
    signal_hook::low_level::pipe::register(signal, theirs)?;
    Ok(pipe)
}

/// Listens until the pool has ended.
pub(super) fn listen(control: &UnixStream, signals: &Signals, on_stop: fn()) -> ! {
    let _ = control.set_nonblocking(true);
    loop {
        let [control_heard, term_heard, cont_heard] = wait([control, &signals.term, &signals.cont]);
        if !has_bodies() {
            end_forbidden();
        }
        let cont_heard = cont_heard && drain(&signals.cont);
        let term_heard = term_heard && drain(&signals.term);
        if (term_heard || cont_heard) && getppid() != signals.parent {
            end_all();
        }
        if term_heard && current::leave(on_stop) {
            orphans::leave();
        }
        if control_heard {
            match read_call(control) {
                Ok(Some(call)) => current::stop(call, on_stop),
                Ok(None) => {}
                Err(Gone::Pool) => end_all(),
                Err(Gone::Descriptor) => {
                    let_pool_be_first();
                    end_all();
                }
            }
        }
    }
}

/// Waits until one of them may have something to read.
fn wait(sockets: [&UnixStream; 3]) -> [bool; 3] {
    let mut fds = sockets.map(|socket| PollFd::new(socket, PollFlags::IN));
    let is_heard = readiness::wait(&mut fds, Some(LOOK));
    fds.each_ref().map(is_heard)
}

/// How long a worker whose body has closed its descriptors waits for its pool to kill it: then the error of the call says why. After that
/// it exits by itself. A choice: long compared with what the pool needs on a busy machine.
const POOL_FIRST: Duration = Duration::from_secs(1);

pub(super) fn let_pool_be_first() {
    thread::sleep(POOL_FIRST);
}

/// The thread of bodies.
static BODIES: OnceLock<Pid> = OnceLock::new();

/// How often this thread looks whether that one is there. A choice: its end is rare, and a worker should cost nothing while it is idle.
const LOOK: Duration = Duration::from_secs(5);

/// This is the thread of bodies.
pub(super) fn note_bodies() {
    let _ = BODIES.set(gettid());
}

/// Whether the thread of bodies is there. A filter of system calls may end a thread alone, without a word to the others.
fn has_bodies() -> bool {
    let gone = Some(Err(Errno::SRCH));
    BODIES.get().map(|thread| test_kill_process(*thread)) != gone
}

/// Ends this worker as a filter does that ends processes.
fn end_forbidden() -> ! {
    family::kill_all_below(std::process::id());
    let _ = kill_process(getpid(), Signal::SYS);
    end_all()
}

enum Gone {
    Pool,
    /// The body has closed it.
    Descriptor,
}

/// The number of a call that should stop. The pool writes each number in one piece.
fn read_call(control: &UnixStream) -> Result<Option<u64>, Gone> {
    let mut bytes = [0; 8];
    match read(control, &mut bytes) {
        Ok(8) => Ok(Some(u64::from_le_bytes(bytes))),
        Err(Errno::AGAIN | Errno::INTR) => Ok(None),
        Err(Errno::BADF) => Err(Gone::Descriptor),
        Ok(_) | Err(_) => Err(Gone::Pool),
    }
}

/// Reads all bytes that have arrived. Returns whether there were any, or the pipe is closed.
fn drain(pipe: &UnixStream) -> bool {
    let mut bytes = [0; 64];
    let first = read(pipe, &mut bytes);
    let mut last = first;
    while last == Ok(64) {
        last = read(pipe, &mut bytes);
    }
    !matches!(first, Err(Errno::AGAIN | Errno::INTR))
}

/// Nobody needs a result. Kills this process and all processes that the body started.
fn end_all() -> ! {
    family::kill_all_below(std::process::id());
    let _ = kill_process_group(getpid(), Signal::KILL);
    exit(0)
}
