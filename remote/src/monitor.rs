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
    crew::Crew,
    failure::{StartError, Trouble},
    keeper,
    news::{Buried, End},
    start::{Silence, launch},
    worker::Worker,
};

/// The first one of a pool looks at the types of its functions, and any of them may wake callers: both run code of the user's,
/// which may go deep. What is not used of a stack costs addresses, and no memory.
const STACK: usize = 2 << 20;

/// Starts one more worker for a pool, which has counted it already.
pub(crate) fn start(crew: &'static Crew) {
    let name = format!("{}-monitor", crew.config.name);
    let thread = thread::Builder::new().name(name).stack_size(STACK);
    let started = keeper::start().and_then(|()| thread.spawn(move || watch(crew)));
    if let Err(error) = started {
        crew.not_ready(None, error.into());
    }
}

fn watch(crew: &'static Crew) {
    let (mut child, worker, introduction) = match launch(crew) {
        Ok(launched) => launched,
        Err(trouble) => return crew.not_ready(None, trouble),
    };
    let worker = Arc::new(worker);
    crew.started(&worker);
    match introduction.wait(&worker) {
        Ok(()) => {
            crew.ready(&worker);
            let (_, buried) = bury(&mut child, &worker);
            crew.gone(worker, buried);
        }
        Err(silence) => {
            let trouble = not_ready(&mut child, &worker, silence);
            crew.not_ready(Some(worker), trouble);
        }
    }
}

/// Ends a process that was not made ready, and says why it was not.
fn not_ready(child: &mut Child, worker: &Arc<Worker>, silence: Silence) -> Trouble {
    // One that closed its socket because it dies keeps its own end: a process that exits hears no signals.
    worker.kill();
    let (end, _) = bury(child, worker);
    match silence {
        Silence::Refused(error) => error.into(),
        Silence::Closed => StartError::Died(end.death(worker.id(), "", 0)).into(),
    }
}

/// Waits for the end of the process, tells all who deal with it, and only then lets its number go.
fn bury(child: &mut Child, worker: &Worker) -> (End, Buried) {
    let end = wait(worker.pid());
    let reap = || {
        // It has ended, so this returns at once.
        let _ = child.wait();
    };
    (end, worker.bury(end, reap))
}

/// Waits without reaping.
fn wait(pid: Pid) -> End {
    loop {
        match waitid(
            WaitId::Pid(pid),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        ) {
            Ok(Some(status)) => {
                return End {
                    signal: status.terminating_signal(),
                    code: status.exit_status(),
                };
            }
            Ok(None) | Err(Errno::INTR) => {}
            // It was reaped by somebody else, or by nobody as in programs that ignore the ends of their children.
            Err(_) => return End::UNKNOWN,
        }
    }
}
