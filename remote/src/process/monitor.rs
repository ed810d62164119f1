//! One thread for each worker: it starts the process, waits for its end, and reaps it.
//!
//! It lives exactly as long as the process. That is what makes the signal that the kernel sends when a parent *thread* ends
//! mean the end of this process; and it is why no runtime is needed for a worker to be noticed and cleaned up.

use std::{process::Child, sync::Arc, thread};

use rustix::{
    io::Errno,
    process::{Pid, WaitId, WaitIdOptions, waitid},
};

use crate::{
    config::Config,
    error::StartError,
    process::{
        WorkerProcess,
        exit::{ExitStatus, Reaped},
        spawn::{HandshakeError, launch},
        start_failure::StartFailure,
    },
    timer,
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
    fn not_ready(&'static self, worker: Option<Arc<WorkerProcess>>, trouble: StartFailure);
    /// A worker has ended. Its sockets are closed before a caller learns of it.
    fn gone(&'static self, worker: Arc<WorkerProcess>, reaped: Reaped);
}

/// Starts one more worker for a pool, which has counted it already.
pub(crate) fn start(pool: &'static dyn Supervisor) {
    let name = format!("{}-monitor", pool.config().name);
    let thread = thread::Builder::new().name(name).stack_size(STACK);
    let started = timer::start().and_then(|()| thread.spawn(move || watch(pool)));
    if let Err(error) = started {
        pool.not_ready(None, error.into());
    }
}

fn watch(pool: &'static dyn Supervisor) {
    let (mut child, worker, handshake) = match launch(pool) {
        Ok(launched) => launched,
        Err(trouble) => return pool.not_ready(None, trouble),
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
        Err(silence) => {
            let trouble = not_ready(&mut child, &worker, silence, program);
            pool.not_ready(Some(worker), trouble);
        }
    }
}

/// Ends a process that did not become ready, and returns why.
fn not_ready(
    child: &mut Child,
    worker: &Arc<WorkerProcess>,
    silence: HandshakeError,
    program: Arc<str>,
) -> StartFailure {
    // A process that closed its socket because it is dying ends in its own way: signals do not reach a process that exits.
    worker.kill();
    let (end, _) = reap(child, worker);
    match silence {
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
    let end = wait(worker);
    let reap = || {
        // It has ended, so this returns at once.
        let _ = child.wait();
    };
    worker.reap(end, reap)
}

/// Waits for the end without reaping. Stops are noted on the way.
fn wait(worker: &Arc<WorkerProcess>) -> ExitStatus {
    let seen = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::CONTINUED;
    loop {
        match waitid(WaitId::Pid(worker.pid()), seen | WaitIdOptions::NOWAIT) {
            Ok(Some(status)) if status.stopped() => {
                take(worker.pid(), WaitIdOptions::STOPPED);
                worker.stop(status.stopping_signal().unwrap_or_default());
            }
            Ok(Some(status)) if status.continued() => {
                take(worker.pid(), WaitIdOptions::CONTINUED);
                worker.go_on();
            }
            Ok(Some(status)) => {
                return ExitStatus {
                    signal: status.terminating_signal(),
                    code: status.exit_status(),
                    cause: None,
                };
            }
            Ok(None) | Err(Errno::INTR) => {}
            // Other code has reaped it, or the kernel has, as in programs that ignore the ends of their children.
            Err(_) => return ExitStatus::UNKNOWN,
        }
    }
}

/// Takes the event, so that it is not reported again. It may be gone by now.
fn take(pid: Pid, what: WaitIdOptions) {
    let _ = waitid(WaitId::Pid(pid), what | WaitIdOptions::NOHANG);
}
