//! Kills a worker for a fault, such as being stopped by a signal, whether or not it runs a call.

use std::{mem, sync::Arc, time::Duration};

use super::{WorkerProcess, life::Termination};
use crate::{error::WorkerFault, system::family, timer};

/// How long a worker may be stopped by a signal. A choice: tools that throttle programs stop them for moments only, and the usual limits of
/// calls end before that.
const STOPPED: Duration = Duration::from_secs(6);

impl WorkerProcess {
    /// A signal has stopped the worker. It is killed unless it continues in time, because its caller would wait for ever.
    pub(crate) fn note_stopped(self: &Arc<Self>, signal: i32) {
        let worker = Arc::clone(self);
        let fault = WorkerFault::Stopped(signal, STOPPED);
        let alarm = timer::after(STOPPED, move || worker.kill_for(fault));
        let mut life = self.life.lock();
        // Its pool has stopped it to kill it, and reports the reason itself.
        let before = if life.termination == Termination::Killed {
            alarm
        } else {
            mem::replace(&mut life.stop_alarm, alarm)
        };
        drop(life);
        timer::cancel(before);
    }

    /// The worker continues after a stop.
    pub(crate) fn note_continued(&self) {
        let alarm = self.life.lock().stop_alarm.take();
        timer::cancel(alarm);
    }

    /// The worker has closed its socket: it is dying, or its body has done that.
    pub(crate) fn note_closed(self: &Arc<Self>) {
        let mut life = self.life.lock();
        if life.exit.is_some() {
            return;
        }
        // Checked before the signal is sent: if the process is exiting already, its exit status has the reason.
        if life.termination == Termination::No && family::is_exiting(self.id()) == Some(false) {
            life.fault.get_or_insert(WorkerFault::Closed);
        }
        self.terminate_locked(&mut life, None);
    }

    /// Kills the worker for this fault.
    pub(super) fn kill_for(self: &Arc<Self>, fault: WorkerFault) {
        let mut life = self.life.lock();
        if life.exit.is_none() {
            life.fault.get_or_insert(fault);
            self.terminate_locked(&mut life, None);
        }
    }
}
