//! The calls that a body waits for in one `block_on`: those that were polled there last; and the chain of those who wait for it.
//!
//! Only these may run on the thread of the body, or of those who wait for it. A body may also have made calls that it does not wait for,
//! and hold what they want.

use std::{
    iter, ptr,
    sync::{Arc, atomic::Ordering},
};

use super::{
    blocked::{Blocked, ThreadHome},
    queued_in::QueueCaller,
    signal::{self, Signal},
};

impl Blocked {
    /// A call is polled here that was not polled here last, and has not begun.
    pub(super) fn awaits_another(&self) {
        self.awaited.fetch_add(1, Ordering::Relaxed);
    }

    /// A call is polled here that was not polled here last, and was submitted before.
    pub(super) fn awaits_started(&self) {
        self.awaits_started.store(true, Ordering::Relaxed);
    }

    /// Whether one was polled since the last look for which that is so.
    pub(super) fn has_awaited_started(&self) -> bool {
        self.awaits_started.load(Ordering::Relaxed)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.wait.lock().is_none()
    }

    /// How many calls have been awaited here.
    pub(super) fn awaited(&self) -> usize {
        self.awaited.load(Ordering::Relaxed)
    }

    /// Those who wait for this body may run a call that it awaits since the last poll, or one behind it. Perhaps they were offered it
    /// before.
    pub(super) fn tell_what_is_awaited(self: &Arc<Self>) {
        if !self.awaits_started.swap(false, Ordering::Relaxed) {
            return;
        }
        let all: Vec<_> = self.chain().collect();
        let homes = all.iter().filter_map(|body| body.home());
        for home in signal::distinct(homes, |home| home.signal()) {
            Arc::clone(home).awaits_more();
        }
        all.iter().skip(1).for_each(|body| body.nudge());
    }

    /// This body, the one that waits for its call, and so on. A circle is left after at most three rounds.
    pub(super) fn chain(self: &Arc<Self>) -> impl Iterator<Item = Arc<Self>> {
        // One that was met is remembered, the next after twice as many steps: in a circle it comes again.
        let (mut met, mut steps, mut enough) = (Arc::clone(self), 0_usize, 1);
        iter::successors(Some(Arc::clone(self)), move |blocked| {
            let next = blocked.caller().filter(|next| !Arc::ptr_eq(next, &met))?;
            steps += 1;
            if steps == enough {
                met = Arc::clone(&next);
                (steps, enough) = (0, 2 * enough);
            }
            Some(next)
        })
    }

    /// The body that waits for the call whose body this is. It changes: a call may be given away, or awaited after it was started. Asked
    /// where no lock is held.
    fn caller(&self) -> Option<Arc<Self>> {
        let call = Arc::clone(&self.wait.lock().as_ref()?.call);
        call.caller()
    }

    /// The nearest body in the chain that waits on a thread of `signal`.
    pub(crate) fn find(self: &Arc<Self>, signal: &Arc<Signal>) -> Option<Arc<Self>> {
        let is_there = |home: &Arc<dyn ThreadHome>| Arc::ptr_eq(home.signal(), signal);
        // Who has ended its wait may still be named by a call that it did not drop.
        self.chain()
            .find(|blocked| blocked.home().is_some_and(is_there) && !blocked.has_ended())
    }

    /// The bodies that cannot go on before this one does: the one that waits for its call, and the next outer one on the same thread.
    pub(crate) fn held_up(&self) -> impl Iterator<Item = Arc<Self>> {
        self.caller().into_iter().chain(self.outer.clone())
    }

    /// What tells this `block_on` from the others.
    pub(super) fn address(&self) -> *const () {
        ptr::from_ref(self).cast()
    }
}

impl QueueCaller for Blocked {
    fn holds_up(self: Arc<Self>, signal: &Arc<Signal>) -> bool {
        self.find(signal).is_some()
    }
}
