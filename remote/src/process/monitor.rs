//! One thread for each worker: it starts the process, waits for its end, and reaps it.
//!
//! It lives exactly as long as the worker. The kernel signals a worker when the *thread* that started it ends, so here this signal means
//! that the whole program has ended. Because of this thread, no runtime is needed to notice the exit of a worker and to reap it.

use std::{
    any::Any,
    io,
    net::Shutdown,
    panic::{AssertUnwindSafe, catch_unwind},
    process::Child,
    sync::Arc,
    thread,
    time::Duration,
};

use rustix::{
    io::Errno,
    process::{Pid, WaitId, WaitIdOptions, WaitOptions, waitid, waitpid},
};

use crate::{
    config::Config,
    error::StartError,
    panics::caught_panic,
    process::{
        WorkerProcess,
        exit::{ExitStatus, Reaped},
        handshake::HandshakeError,
        spawn::launch,
        start_failure::StartFailure,
    },
    system::family,
    timer,
    unwind::forget,
};

/// The first monitor of a pool examines the types of its functions, and every monitor may wake callers. Both run the user's code, which
/// may need a deep stack. Unused stack costs addresses and no memory.
const STACK: usize = 2 << 20;

/// The pool of a worker, as seen by the code that starts and watches the worker.
pub(crate) trait Supervisor: Sync {
    fn config(&self) -> &Config;
    /// The first message to every worker.
    fn hello(&self) -> Result<Vec<u8>, StartError>;
    /// A process was started and is not ready yet.
    fn started(&self, worker: &Arc<WorkerProcess>);
    fn ready(&'static self, worker: &Arc<WorkerProcess>);
    /// A worker could not be made ready.
    fn not_ready(&'static self, worker: Option<Arc<WorkerProcess>>, failure: StartFailure);
    /// A worker has ended. Its sockets are closed before a caller learns of it.
    fn gone(&'static self, worker: Arc<WorkerProcess>, reaped: Reaped);
}

/// Starts one more worker for a pool, which has counted it already.
pub(crate) fn start(pool: &'static dyn Supervisor) {
    let name = format!("{}-monitor", pool.config().name);
    let thread = thread::Builder::new().name(name).stack_size(STACK);
    let started = timer::start().and_then(|()| thread.spawn(move || watch(pool)));
    if let Err(error) = started {
        let text = format!("no thread of this program that starts and watches it: {error}");
        pool.not_ready(None, io::Error::new(error.kind(), text).into());
    }
}

fn watch(pool: &'static dyn Supervisor) {
    let launched = catch_unwind(AssertUnwindSafe(|| launch(pool)));
    let (mut child, worker, handshake) = match launched.unwrap_or_else(|panic| Err(unlisted(panic)))
    {
        Ok(launched) => launched,
        Err(failure) => return pool.not_ready(None, failure),
    };
    let worker = Arc::new(worker);
    pool.started(&worker);
    if let Some(limit) = pool.config().memory_limit {
        worker.limit_memory(limit);
    }
    let program = handshake.program();
    match handshake.wait(&worker) {
        Ok(()) => {
            pool.ready(&worker);
            let (_, reaped) = reap(&mut child, &worker);
            pool.gone(worker, reaped);
        }
        Err(error) => {
            let failure = not_ready(&mut child, &worker, error, program);
            pool.not_ready(Some(worker), failure);
        }
    }
}

/// The failure after a panic before a start: the first start runs code of the user, for the pool and the types of each function.
fn unlisted(payload: Box<dyn Any + Send>) -> StartFailure {
    let message = caught_panic(&*payload).message;
    forget(payload);
    StartError::Registry(format!(
        "the functions of this program cannot be listed, because one of them panicked: {message}"
    ))
    .into()
}

/// Ends a process that did not become ready, and returns why.
fn not_ready(
    child: &mut Child,
    worker: &Arc<WorkerProcess>,
    error: HandshakeError,
    program: Arc<str>,
) -> StartFailure {
    // A process that closed its socket because it is dying ends in its own way: signals do not reach a process that exits.
    worker.kill();
    let (end, _) = reap(child, worker);
    match error {
        HandshakeError::Refused(StartError::Mismatch(text)) => {
            StartError::Mismatch(format!("{text} (`{program}` was executed)")).into()
        }
        HandshakeError::Refused(error) => error.into(),
        HandshakeError::Closed => {
            let mut exit = end.worker_exit(worker.id(), "", 0);
            exit.program = Some(program);
            StartError::Died(exit).into()
        }
    }
}

/// Waits for the end of the process, tells the pool and the caller, and only then reaps it.
fn reap(child: &mut Child, worker: &Arc<WorkerProcess>) -> (ExitStatus, Reaped) {
    let over = match wait(worker) {
        Some(end) => worker.reap(end, || {
            // It has ended, so this returns at once.
            let _ = child.wait();
        }),
        None => reap_blindly(worker),
    };
    // Bytes that it has sent can still be read. Processes that it left behind, with its socket, can send no more: otherwise a caller could
    // read without end.
    let _ = worker.socket.shutdown(Shutdown::Read);
    over
}

/// Waits for the end without reaping, and records stops meanwhile. Returns `None` where the system refuses to wait like this.
fn wait(worker: &Arc<WorkerProcess>) -> Option<ExitStatus> {
    let seen = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::CONTINUED;
    loop {
        match waitid(WaitId::Pid(worker.pid()), seen | WaitIdOptions::NOWAIT) {
            // Traced: its body has made this process its debugger, which lets it go on after no signal.
            Ok(Some(status)) if status.stopped() || status.trapped() => {
                take(worker.pid(), WaitIdOptions::STOPPED);
                let signal = status.stopping_signal().or(status.trapping_signal());
                worker.note_stopped(signal.unwrap_or_default());
            }
            Ok(Some(status)) if status.continued() => {
                take(worker.pid(), WaitIdOptions::CONTINUED);
                worker.note_continued();
            }
            Ok(Some(status)) => {
                return Some(ExitStatus {
                    signal: status.terminating_signal(),
                    code: status.exit_status(),
                    fault: None,
                });
            }
            Ok(None) | Err(Errno::INTR) => {}
            // Other code has reaped it, or the kernel has, as in programs that ignore the ends of their children.
            Err(Errno::CHILD) => return Some(ExitStatus::UNKNOWN),
            Err(_) => return None,
        }
    }
}

/// The pause between two checks of a process that cannot be waited for. Not measured: the end of a worker is noticed that much later.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits for the end by reaping: a seccomp filter may allow `wait4` and refuse `waitid`.
fn reap_blindly(worker: &Arc<WorkerProcess>) -> (ExitStatus, Reaped) {
    loop {
        let mut news = News::None;
        let over = worker.try_reap(|| {
            news = ask(worker.pid());
            match news {
                News::End(end) => Some(end),
                _ => None,
            }
        });
        if let Some(over) = over {
            return over;
        }
        match news {
            News::Stopped(signal) => worker.note_stopped(signal),
            News::Continued => worker.note_continued(),
            News::None | News::End(_) => thread::sleep(PAUSE),
        }
    }
}

/// What is heard of a process that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum News {
    None,
    Stopped(i32),
    Continued,
    /// It has ended, and is reaped.
    End(ExitStatus),
}

/// Asks for a process. `Child::try_wait` would take the stop of a traced one for its end.
fn ask(pid: Pid) -> News {
    let seen = WaitOptions::NOHANG | WaitOptions::UNTRACED | WaitOptions::CONTINUED;
    match waitpid(Some(pid), seen) {
        Ok(Some((_, status))) if status.stopped() => {
            News::Stopped(status.stopping_signal().unwrap_or_default())
        }
        Ok(Some((_, status))) if status.continued() => News::Continued,
        Ok(Some((_, status))) => News::End(ExitStatus {
            signal: status.terminating_signal(),
            code: status.exit_status(),
            fault: None,
        }),
        Err(error) if is_lost(pid, error) => News::End(ExitStatus::UNKNOWN),
        Ok(None) | Err(_) => News::None,
    }
}

/// Whether a process that cannot be waited for seems to have ended.
fn is_lost(pid: Pid, error: Errno) -> bool {
    let number = pid.as_raw_nonzero().get().unsigned_abs();
    error == Errno::CHILD || family::is_exiting(number) != Some(false)
}

/// Takes the event, so that it is not reported again. It may be gone by now.
fn take(pid: Pid, what: WaitIdOptions) {
    let _ = waitid(WaitId::Pid(pid), what | WaitIdOptions::NOHANG);
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        os::unix::net::UnixStream,
        process::{Command, Stdio},
    };

    use super::*;

    fn worker(script: &str) -> (Child, Arc<WorkerProcess>, UnixStream) {
        let mut command = Command::new("sh");
        let child = command.args(["-c", script]).stdin(Stdio::piped());
        let child = child.spawn().unwrap();
        let (socket, theirs) = UnixStream::pair().unwrap();
        let (control, _) = UnixStream::pair().unwrap();
        let worker = WorkerProcess::new(Pid::from_child(&child), socket, control);
        (child, Arc::new(worker), theirs)
    }

    #[test]
    fn a_process_that_only_reaping_tells_of_is_asked_for() {
        for (script, code, signal) in [
            ("read line; exit 3", Some(3), None),
            ("read line; kill -9 $$", None, Some(9)),
        ] {
            let (mut child, worker, _) = worker(script);
            assert_eq!(ask(worker.pid()), News::None);
            child.stdin.take().unwrap().write_all(b"\n").unwrap();
            let (end, _) = reap_blindly(&worker);
            assert_eq!((end.code, end.signal), (code, signal));
            assert!(!worker.is_alive());
        }
    }

    #[test]
    fn what_it_said_can_be_read_when_it_has_ended_and_nobody_says_more_for_it() {
        let (mut child, worker, mut kept) = worker("exit 0");
        kept.write_all(b"said").unwrap();
        reap(&mut child, &worker);
        assert!(kept.write_all(b"more").is_err());
        let mut said = String::new();
        (&*worker.socket).read_to_string(&mut said).unwrap();
        assert_eq!(said, "said");
    }

    #[test]
    fn a_refusal_is_no_end() {
        let own = rustix::process::getpid();
        let nobody = Pid::from_raw(i32::MAX).unwrap();
        assert!(!is_lost(own, Errno::PERM));
        assert!(is_lost(own, Errno::CHILD));
        assert!(is_lost(nobody, Errno::PERM));
    }
}
