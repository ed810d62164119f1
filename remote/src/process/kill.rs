//! Kills a worker together with all processes that it started, its family.

use std::{mem, net::Shutdown, sync::Arc, thread, time::Duration};

use rustix::{
    io::Errno,
    process::{Signal, kill_process, kill_process_group},
};

use super::{
    WorkerProcess,
    life::{Life, Termination},
};
use crate::{
    role::forked_from,
    system::{adopted, family},
    timer,
};

/// The stack of the thread that looks for a family. It reads small files. Unused stack costs addresses and no memory.
const STACK: usize = 256 << 10;

/// How long a worker gets to kill its descendants itself, if this process cannot find them. Not measured: it needs milliseconds.
const OWN_END: Duration = Duration::from_secs(2);

impl WorkerProcess {
    /// Kills the worker with its descendants, also those in other groups and sessions. It is stopped at once. Finding the others may take
    /// long, so a thread of its own does that: this one may be an async worker.
    pub(super) fn kill_family(self: &Arc<Self>, life: &mut Life) {
        let before = mem::replace(&mut life.termination, Termination::Killed);
        if life.exit.is_some() || before == Termination::Killed || forked_from().is_some() {
            return;
        }
        // A stopped process starts no further ones, so all can be found.
        let _ = kill_process(self.pid, Signal::STOP);
        let worker = Arc::clone(self);
        let thread = thread::Builder::new().name("offload-kill".to_owned());
        let sent = thread
            .stack_size(STACK)
            .spawn(move || worker.kill_on_thread());
        if sent.is_err() {
            let ended = family::kill_all_below(self.id());
            self.kill_found(life, ended.all);
        }
    }

    fn kill_on_thread(self: Arc<Self>) {
        let lock = Arc::clone(&self.family);
        let held = lock.lock();
        let mut killed = Vec::new();
        if self.is_alive() {
            let ended = family::kill_all_below(self.id());
            killed = adopted::note(&ended.pids);
            self.kill_found(&mut self.life.lock(), ended.all);
        }
        // Before it can be reaped: its sockets must be closed when a caller sees its end.
        drop(self);
        drop(held);
        adopted::wait(killed);
    }

    /// Kills the worker, the last of its family. If the others could not be found, it kills them itself.
    fn kill_found(self: &Arc<Self>, life: &mut Life, found: bool) {
        if life.exit.is_some() {
            return;
        }
        if found {
            self.signal_group(life, Signal::KILL);
        } else {
            self.leave_to_itself();
            let worker = Arc::clone(self);
            life.kill_alarm = timer::after(OWN_END, move || {
                worker.signal_group(&worker.life.lock(), Signal::KILL);
            });
        }
    }

    /// Sends a signal to the group. It has the number of the process, which stays reserved until the process is reaped.
    pub(super) fn signal_group(&self, life: &Life, signal: Signal) {
        if life.exit.is_some() || forked_from().is_some() {
            return;
        }
        let mut sent = kill_process_group(self.pid, signal);
        // A body may have moved its process to another group, and left others behind in this one.
        if sent.is_err() || signal == Signal::KILL {
            sent = kill_process(self.pid, signal);
        }
        // This process lacks the permission: it, or the worker, has changed its user.
        if signal == Signal::KILL && sent.is_err_and(|error| error != Errno::SRCH) {
            self.leave_to_itself();
        }
    }

    /// Closes the control socket. The worker takes that for the end of its pool, and kills itself with its family.
    fn leave_to_itself(&self) {
        let _ = self.control.shutdown(Shutdown::Both);
        let _ = kill_process(self.pid, Signal::CONT);
    }
}
