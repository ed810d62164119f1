//! The bodies that wait for calls of an owner: one of them may hold up the very body that has the value.

use std::sync::{Arc, Weak};

use crate::{
    call::{queued_in::QueueCaller, signal::Signal},
    sync::Mutex,
};

/// Those who have waited for a call that was queued. Few calls are made by bodies, so most owners have none.
#[derive(Default)]
pub(super) struct QueueCallers(Mutex<Vec<Weak<dyn QueueCaller>>>);

impl QueueCallers {
    /// Adds a body, before it is asked whether one of them waits for itself.
    pub(super) fn add(&self, caller: &Arc<dyn QueueCaller>) {
        let mut callers = self.0.lock();
        let mine = Arc::downgrade(caller);
        if callers.last().is_some_and(|last| last.ptr_eq(&mine)) {
            return;
        }
        if callers.len() == callers.capacity() {
            callers.retain(|caller| caller.strong_count() > 0);
            // As much room again, so that a look at all of them is paid for by as many bodies.
            let room = callers.len() + 4;
            callers.reserve(room);
        }
        callers.push(mine);
    }

    /// Whether one of them waits for a body on the thread of `signal`, which waits for it.
    pub(super) fn any_waits_for_itself(&self, signal: &Arc<Signal>) -> bool {
        let callers: Vec<_> = self.0.lock().iter().filter_map(Weak::upgrade).collect();
        callers.into_iter().any(|caller| caller.holds_up(signal))
    }
}
