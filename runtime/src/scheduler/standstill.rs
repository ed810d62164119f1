//! Calls that wait for a thread while no body of its pool ends: it may be that the bodies wait for these very calls.
//!
//! The library cannot see that a body waits for a task, a channel or another thread. It can see that nothing ends for long, and warns once.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

use super::monitor;
use crate::{call::blocked::ThreadHome, warning};

/// Whether somebody looks for such a standstill of some threads, and whether there was one.
#[derive(Default)]
pub(crate) struct Standstill {
    watched: AtomicBool,
    told: AtomicBool,
}

impl Standstill {
    /// Whether it is looked after already, so that a call that waits need not be looked at. A queue with a lock asks under that lock,
    /// any other after it has counted the call: then `unwatch` sees the call, or the call sees that nobody looks.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched.load(SeqCst)
    }

    /// Calls wait while bodies run: it is looked after from now on.
    pub(crate) fn watch(&self, home: impl FnOnce() -> Arc<dyn ThreadHome>) {
        if !self.watched.swap(true, SeqCst) && !monitor::watch_progress(&home()) {
            // No thread could be started. The next call that waits tries again.
            self.watched.store(false, SeqCst);
        }
    }

    /// No call was seen waiting. Whether that is still so; else it goes on being looked after.
    pub(crate) fn unwatch(&self, waits: impl FnOnce() -> bool) -> bool {
        self.watched.store(false, SeqCst);
        // Asked again: a call that came in between saw that it is looked after.
        !waits() || self.watched.swap(true, SeqCst)
    }

    /// Says it, once.
    pub(crate) fn tell(&self, pool: &'static str) {
        if !self.told.swap(true, SeqCst) {
            warning::say(
                pool,
                &"no body has ended for ten seconds, and calls wait for a thread. If a body waits for one of them, through a task, a \
                  channel or another thread, this does not end: await in async code what a body waits for, or let other threads \
                  serve those calls. `warn_after` names the functions",
            );
        }
    }
}
