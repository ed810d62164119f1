//! Asks a helper process for the registers of a thread that computes. A process cannot read those of its own threads.

use std::{
    cell::Cell,
    io::{self, Read, Write},
    os::{fd::OwnedFd, unix::net::UnixStream},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use rustix::process::{PTracer, Pid, set_ptracer};

use super::{
    helper::{self, Answer, VARIABLE, page_start},
    privileges::has_own_rights,
    stacks::Unasked,
    thread::Tid,
    unwind::Registers,
};

/// Lets a copy of this program act as the helper process.
///
/// Call it first in `main`. To read the registers of a thread, the watch starts a copy of the program; the copy does its work
/// in this function and exits. Without this call no copy is started.
///
/// ```
/// tokio_offload_watch::init();
/// // The program.
/// ```
pub fn init() {
    helper::run_if_asked();
    IS_READY.store(true, Relaxed);
}

/// Whether a copy of this program becomes a helper, instead of running the program a second time.
static IS_READY: AtomicBool = AtomicBool::new(false);

/// Whether the system has refused a helper.
static IS_DENIED: AtomicBool = AtomicBool::new(false);

/// How to get the name of a function that computes.
pub(crate) fn unnamed(unasked: Unasked) -> &'static str {
    if !IS_READY.load(Relaxed) {
        "to name what computes, call `init` first in `main`"
    } else if has_own_rights() {
        "to name what computes, run a program that is not set-uid: this one has rights of its own"
    } else if IS_DENIED.load(Relaxed) {
        "to name what computes, allow this process to use `ptrace`"
    } else {
        match unasked {
            Unasked::Gone => {
                "it was not there any more, or a debugger held it, when it was looked at"
            }
            Unasked::NoHelper => {
                "the copy of this program that looks at it could not be started, or did not answer"
            }
            Unasked::TooMany => {
                "too many threads computed to look at all of them, and others were looked at"
            }
        }
    }
}

/// A helper that does not answer within this time is killed. A choice: an answer takes milliseconds. With less, a loaded machine would
/// lose reports; while it waits, nothing is watched.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

/// A helper process. It ends when this value is dropped.
pub(crate) struct Helper {
    child: Child,
    socket: UnixStream,
    /// Whether an answer did not come in time. It could come later, and be taken for one about another thread.
    is_broken: Cell<bool>,
    /// A thread can have only one tracer, so there is one helper at a time.
    _alone: MutexGuard<'static, ()>,
}

static ALONE: Mutex<()> = Mutex::new(());

impl Helper {
    /// Starts a helper. `None` if it would not be allowed to read any thread.
    pub(crate) fn start() -> io::Result<Option<Self>> {
        let can = IS_READY.load(Relaxed) && !IS_DENIED.load(Relaxed);
        // A copy that gets other rights refuses to be a helper and would run the program a second time.
        let can = can && !has_own_rights();
        can.then(Self::spawn).transpose()
    }

    /// Whether its answers cannot be used any more.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken.get()
    }

    fn spawn() -> io::Result<Self> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (socket, its) = UnixStream::pair()?;
        socket.set_read_timeout(Some(ANSWER_LIMIT))?;
        socket.set_write_timeout(Some(ANSWER_LIMIT))?;
        let child = Command::new("/proc/self/exe")
            .env(VARIABLE, std::process::id().to_string())
            .stdin(OwnedFd::from(its))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self {
            child,
            socket,
            is_broken: Cell::new(false),
            _alone: alone,
        })
    }

    /// The registers of a thread, the start of the page of its stack pointer, and the memory from there on.
    pub(crate) fn ask(&self, tid: Tid) -> Option<(Registers, u64, Vec<u8>)> {
        let mut answer = self.exchange(tid).ok()?;
        if answer == Answer::Denied && self.permit().is_ok() {
            answer = self.exchange(tid).ok()?;
        }
        match answer {
            Answer::Seen { pc, sp, bp, stack } => Some((
                Registers {
                    pc,
                    sp,
                    bp: Some(bp),
                },
                page_start(sp),
                stack,
            )),
            Answer::Denied => {
                IS_DENIED.store(true, Relaxed);
                None
            }
            Answer::Busy | Answer::Gone => None,
        }
    }

    fn exchange(&self, tid: Tid) -> io::Result<Answer> {
        // Set until the whole answer has come.
        if self.is_broken.replace(true) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut socket = &self.socket;
        socket.write_all(&tid.to_le_bytes())?;
        let mut read = |into: &mut [u8]| socket.read_exact(into);
        let answer = Answer::read(&mut read)?;
        self.is_broken.set(false);
        Ok(answer)
    }

    /// Allows the helper to read this process: some systems allow that only to ancestors of a process, and to one that it names.
    fn permit(&self) -> io::Result<()> {
        let child = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let child = child.ok_or(io::ErrorKind::NotFound)?;
        Ok(set_ptracer(PTracer::ProcessID(child))?)
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // When the helper ends, the kernel lets a thread that it has stopped go on. An error means that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::Cell,
        io::{Read, Write},
        os::unix::net::UnixStream,
        process::Command,
        sync::{PoisonError, mpsc},
        thread,
        time::Duration,
    };

    use super::{ALONE, Helper};

    #[test]
    fn a_late_answer_is_not_taken_for_one_about_the_next_thread() {
        let (socket, mut its) = UnixStream::pair().unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(1)))
            .unwrap();
        let helper = Helper {
            child: Command::new("true").spawn().unwrap(),
            socket,
            is_broken: Cell::new(false),
            _alone: ALONE.lock().unwrap_or_else(PoisonError::into_inner),
        };
        let (go_on, goes_on) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let peer = thread::spawn(move || {
            its.read_exact(&mut [0; 4]).unwrap();
            goes_on.recv().unwrap();
            // It has seen the first thread, whose stack is empty.
            its.write_all(&[&[1][..], &[0; 32]].concat()).unwrap();
            tell.send(()).unwrap();
            its
        });
        assert!(helper.ask(1).is_none());
        go_on.send(()).unwrap();
        told.recv().unwrap();
        assert!(helper.ask(2).is_none() && helper.is_broken());
        drop(peer.join());
    }
}
