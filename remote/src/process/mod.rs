//! One worker process as its pool sees it, from its start to its reaping.
//!
//! - Start: `spawn` and the `handshake`; `program` and `resolve` find the file, `hear` listens, `start_failure` is why it failed.
//! - Life: `life` is its state. `monitor` is its thread, which waits for its exit and reaps it. `lease` is the right to give it a call,
//!   `registration` its socket in the caller's runtime (`io_probe`: has that I/O).
//! - Exit: `retire` and `terminate` ask for it. `kill` ends the worker with all that it started; so do `timeout` (its call took too
//!   long, and `reply_progress` gives no more time), `faults` and `memory`. `exit` is how it exited, and why it was killed.
//!
//! May import `config`, `error`, `panics`, `role`, `sync`, `system`, `timer`, `unwind` and `wire`. Knows no pool: that is a
//! `Supervisor`.

use std::{os::unix::net::UnixStream, ptr, sync::Arc, task::Waker, time::Duration};

use rustix::{
    net::{SendFlags, send},
    process::{Pid, Signal},
};

use crate::{
    process::{
        exit::{ExitStatus, KillReason, Reaped, WorkerStatus},
        life::{Life, Termination},
        reply_progress::ReplyProgress,
    },
    role::forked_from,
    sync::Mutex,
    system::family,
    timer,
    unwind::swallow_panic,
};

pub(crate) mod exit;
pub(crate) mod io_probe;
pub(crate) mod lease;
pub(crate) mod monitor;
pub(crate) mod program;
pub(crate) mod registration;
pub(crate) mod spawn;
pub(crate) mod start_failure;

mod faults;
mod handshake;
mod hear;
mod kill;
mod life;
mod memory;
mod reply_progress;
mod resolve;
mod timeout;

/// How long a worker may take to exit on request, to read a request, or to send a reply. Not measured: each of these needs
/// milliseconds, but a loaded machine may be late.
pub(crate) const EXIT_GRACE: Duration = Duration::from_secs(5);

/// One worker process. Its monitor, the call that it runs and the timer share this.
#[derive(Debug)]
pub(crate) struct WorkerProcess {
    pid: Pid,
    /// The socket for calls and replies.
    pub(crate) socket: Arc<UnixStream>,
    /// The socket for numbers of calls that should stop. When it is closed, the worker ends.
    control: UnixStream,
    life: Mutex<Life>,
    /// Held while its descendants are found and killed, and while it is reaped: until then no other process gets its number. Locked before
    /// `life`.
    family: Arc<Mutex<()>>,
}

impl WorkerProcess {
    pub(crate) fn new(pid: Pid, socket: UnixStream, control: UnixStream) -> Self {
        Self {
            pid,
            socket: Arc::new(socket),
            control,
            life: Mutex::default(),
            family: Arc::default(),
        }
    }

    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    pub(crate) fn id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }

    /// Records that the worker gets a call.
    pub(crate) fn begin(&self, call: u64) {
        let mut life = self.life.lock();
        life.call = call;
        life.replace = true;
        life.reply = ReplyProgress::default();
    }

    /// Records that the call of the worker is over.
    pub(crate) fn finish(&self) {
        let mut life = self.life.lock();
        life.call = 0;
        let waker = life.waker.take();
        let alarm = life.reply.take_alarm();
        drop(life);
        timer::cancel(alarm);
        swallow_panic(|| drop(waker));
    }

    /// Whether the process has not ended.
    fn is_alive(&self) -> bool {
        self.life.lock().exit.is_none()
    }

    /// Whether the worker may get another call. A worker that was asked to exit or killed, for any reason, may not.
    pub(crate) fn is_fit(&self) -> bool {
        let life = self.life.lock();
        life.exit.is_none() && life.termination == Termination::No
    }

    /// The current status. `waker` is woken when the status changes.
    pub(crate) fn status(&self, waker: &Waker) -> WorkerStatus {
        // Cloned before the lock is taken: cloning a waker runs user code.
        let new = waker.clone();
        let mut life = self.life.lock();
        let status = life.status();
        let old = life.waker.replace(new);
        drop(life);
        swallow_panic(|| drop(old));
        status
    }

    /// The current status, for a caller that does not need to be woken.
    pub(crate) fn status_now(&self) -> WorkerStatus {
        self.life.lock().status()
    }

    /// Records that the caller drops the call while the process is being killed. Returns whether the process had ended, so that the slot is
    /// free.
    pub(crate) fn abandon(&self) -> bool {
        let mut life = self.life.lock();
        life.abandoned = true;
        let waker = life.waker.take();
        let ended = life.exit.is_some();
        drop(life);
        swallow_panic(|| drop(waker));
        ended
    }

    /// Records why the pool kills the worker, together with the call that it runs or is about to get.
    pub(crate) fn set_kill_reason(&self, reason: KillReason) {
        let mut life = self.life.lock();
        life.reason.get_or_insert(reason);
    }

    /// Asks the body of this call to stop, if it is the one that runs.
    pub(crate) fn ask_to_stop(&self, call: u64) {
        let life = self.life.lock();
        if life.call == call && life.exit.is_none() {
            // A worker that does not even read this is killed by the limits.
            let _ = send(
                &self.control,
                &call.to_le_bytes(),
                SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
            );
        }
    }

    /// Ends the process and its group: at once, or by a request first and a kill after the grace time.
    pub(crate) fn terminate(self: &Arc<Self>, grace: Option<Duration>) {
        self.terminate_locked(&mut self.life.lock(), grace);
    }

    fn terminate_locked(self: &Arc<Self>, life: &mut Life, grace: Option<Duration>) {
        match grace {
            None => self.kill_family(life),
            Some(grace) if life.termination == Termination::No => {
                life.termination = Termination::Asked;
                self.signal_group(life, Signal::TERM);
                self.kill_after(life, grace);
            }
            Some(_) => {}
        }
    }

    /// Tells a worker without a call to exit: the worker reads the end of its socket, and exits.
    pub(crate) fn retire(self: &Arc<Self>) {
        if forked_from().is_some() {
            return;
        }
        let _ = self.socket.shutdown(std::net::Shutdown::Write);
        let mut life = self.life.lock();
        if life.termination == Termination::No {
            life.termination = Termination::Asked;
            self.kill_after(&mut life, EXIT_GRACE);
        }
    }

    /// Tells the worker to exit because it has been idle. No other worker replaces it.
    pub(crate) fn retire_idle(self: &Arc<Self>) {
        self.life.lock().replace = false;
        self.retire();
    }

    pub(crate) fn kill(self: &Arc<Self>) {
        self.terminate(None);
    }

    fn kill_after(self: &Arc<Self>, life: &mut Life, time: Duration) {
        if life.exit.is_none() {
            let worker = Arc::clone(self);
            life.kill_alarm = timer::after(time, move || worker.kill());
        }
    }

    /// Marks the end of the process and runs `reap`. Meanwhile no code can send it a signal.
    pub(crate) fn reap(&self, end: ExitStatus, reap: impl FnOnce()) -> (ExitStatus, Reaped) {
        let _family = self.family.lock();
        let mut life = self.life.lock();
        if end != ExitStatus::UNKNOWN {
            // Also kills the processes that the worker started and left behind.
            self.signal_group(&life, Signal::KILL);
        }
        reap();
        let (over, alarms) = life.exited(end);
        drop(life);
        alarms.into_iter().for_each(timer::cancel);
        over
    }

    /// The same where only reaping tells whether the process has ended: `reap` must not block, and returns the end if there is one.
    pub(crate) fn try_reap(
        &self,
        reap: impl FnOnce() -> Option<ExitStatus>,
    ) -> Option<(ExitStatus, Reaped)> {
        let exits = family::is_exiting(self.id()) == Some(true);
        let _family = self.family.lock();
        let mut life = self.life.lock();
        if exits {
            self.signal_group(&life, Signal::KILL);
        }
        let (over, alarms) = life.exited(reap()?);
        drop(life);
        alarms.into_iter().for_each(timer::cancel);
        Some(over)
    }
}
