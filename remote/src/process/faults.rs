//! Ends a worker because of its own state, such as being stopped, whether or not it runs a call.

use std::{mem, sync::Arc, time::Duration};

use super::{WorkerProcess, life::Dismissal};
use crate::{error::Cause, system::family, timer};

/// How long a worker may be stopped by a signal. A choice: tools that throttle programs stop them for moments only, and the usual limits of
/// calls end before that.
const STOPPED: Duration = Duration::from_secs(6);

impl WorkerProcess {
    /// A signal has stopped the worker. It is killed unless it continues in time, because its caller would wait for ever.
    pub(crate) fn stop(self: &Arc<Self>, signal: i32) {
        let worker = Arc::clone(self);
        let cause = Cause::Stopped(signal, STOPPED);
        let alarm = timer::after(STOPPED, move || worker.end_for(cause));
        let mut life = self.life.lock();
        // Its pool has stopped it, and says why it ends.
        let before = if life.dismissal == Dismissal::Killed {
            alarm
        } else {
            mem::replace(&mut life.stop, alarm)
        };
        drop(life);
        timer::cancel(before);
    }

    /// The worker continues after a stop.
    pub(crate) fn go_on(&self) {
        let alarm = self.life.lock().stop.take();
        timer::cancel(alarm);
    }

    /// The worker has closed its socket: it is dying, or its body has done that.
    pub(crate) fn cut_off(self: &Arc<Self>) {
        let mut life = self.life.lock();
        if life.end.is_some() {
            return;
        }
        // Looked at before the signal: of those who die now, somebody else knows why.
        if life.dismissal == Dismissal::No && family::is_exiting(self.id()) == Some(false) {
            life.cause.get_or_insert(Cause::Closed);
        }
        self.dismiss_living(&mut life, None);
    }

    /// Ends the worker for this cause.
    pub(super) fn end_for(self: &Arc<Self>, cause: Cause) {
        let mut life = self.life.lock();
        if life.end.is_none() {
            life.cause.get_or_insert(cause);
            self.dismiss_living(&mut life, None);
        }
    }
}
