//! Reaps processes that were killed with a worker and then became children of this process, which nobody else would reap. A process
//! without a parent becomes a child of this one if this one has the number 1, or has asked the system for such processes.

use std::{
    os::fd::AsFd,
    process, thread,
    time::{Duration, Instant},
};

use rustix::process::{
    Pid, PidfdFlags, WaitId, WaitIdOptions, child_subreaper, pidfd_open, waitid,
};

use super::family::stat;

/// The pause between two checks, and the time after which they stop. Not measured: killed processes end within milliseconds.
const PAUSE: Duration = Duration::from_millis(5);
const LIMIT: Duration = Duration::from_secs(5);

/// The indices in the status of a process.
const PARENT: usize = 1;
const STARTED: usize = 19;

/// A process of a family that is being ended.
#[derive(Debug)]
pub(crate) struct Killed {
    pid: u32,
    /// With its number this tells it apart from all others.
    started: u64,
}

/// Returns those of these processes that must be waited for: none if orphans are reparented to another process. The process that they
/// descend from must still exist, so none of them is a child of this one yet, and the program's own children are not among them.
pub(crate) fn note(pids: &[u32]) -> Vec<Killed> {
    let adopts = process::id() == 1 || matches!(child_subreaper(), Ok(Some(_)));
    let note = |pid: &u32| {
        let killed = Killed {
            pid: *pid,
            started: stat(*pid, STARTED)?,
        };
        (stat(*pid, PARENT) != Some(process::id())).then_some(killed)
    };
    pids.iter().filter(|_| adopts).filter_map(note).collect()
}

/// Waits for them once they are children of this process.
pub(crate) fn wait(mut killed: Vec<Killed>) {
    let begun = Instant::now();
    loop {
        killed.retain(|killed| !killed.is_over());
        if killed.is_empty() || begun.elapsed() > LIMIT {
            return;
        }
        thread::sleep(PAUSE);
    }
}

impl Killed {
    /// Reaps it if it has ended, without blocking. Returns whether it no longer exists.
    fn is_over(&self) -> bool {
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        let Some(Ok(fd)) = pid.map(|pid| pidfd_open(pid, PidfdFlags::empty())) else {
            return true;
        };
        // Checked after the descriptor was opened: if the start time matches now, the descriptor refers to this process.
        if stat(self.pid, STARTED) != Some(self.started) {
            return true;
        }
        if stat(self.pid, PARENT) != Some(process::id()) {
            return false;
        }
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
        !matches!(waitid(WaitId::PidFd(fd.as_fd()), options), Ok(None))
    }
}
