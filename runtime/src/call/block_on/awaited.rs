//! The calls that a body awaits in one `block_on`, and the chain of bodies that wait for each other.
//!
//! A call is awaited where it was polled last. Only awaited calls may run on the thread of the body, or on the threads of bodies that wait
//! for it. A body may also have made calls that it does not await; running one of those on its thread could deadlock, for example if
//! the body holds a lock that the call needs.

use std::{
    iter, ptr,
    sync::{Arc, atomic::Ordering},
};

use super::{
    blocked::{Blocked, ThreadHome},
    endless_wait::EndlessWait,
};
use crate::call::{
    queued_in::QueueCaller,
    signal::{self, Signal},
};

impl Blocked {
    /// A queued call is polled here, and its last poll was not here.
    pub(crate) fn awaits_another(&self) {
        self.awaited.fetch_add(1, Ordering::Relaxed);
    }

    /// A call that was submitted earlier is polled here, and its last poll was not here.
    pub(crate) fn awaits_started(&self) {
        self.awaits_started.store(true, Ordering::Relaxed);
    }

    /// Whether that has happened since `announce_awaited` ran last.
    pub(crate) fn has_awaited_started(&self) -> bool {
        self.awaits_started.load(Ordering::Relaxed)
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.wait.lock().is_none()
    }

    /// The number of calls that were queued when they were first awaited here.
    pub(crate) fn awaited(&self) -> usize {
        self.awaited.load(Ordering::Relaxed)
    }

    /// If this body awaits further calls since its last poll, wakes the bodies that wait for it. One of them may have been offered such a
    /// call earlier, and may run it now.
    pub(super) fn announce_awaited(self: &Arc<Self>) {
        if !self.awaits_started.swap(false, Ordering::Relaxed) {
            return;
        }
        let all: Vec<_> = self.chain().collect();
        let homes = all.iter().filter_map(|body| body.home());
        for home in signal::distinct(homes, |home| home.signal()) {
            Arc::clone(home).awaits_more();
        }
        all.iter().skip(1).for_each(|body| body.recheck());
        if ends_in_circle(&all) {
            if let Some(home) = all.iter().find_map(|body| body.home()) {
                home.warn_endless(EndlessWait::Circle);
            }
        }
    }

    /// Nothing has woken this body for long.
    pub(super) fn warn_still(&self, home: &dyn ThreadHome) {
        let call = self.wait.lock().as_ref().map(|wait| Arc::clone(&wait.call));
        if let Some(call) = call {
            home.warn_endless(EndlessWait::Still(call.site()));
        }
    }

    /// This body, the body that waits for its call, and so on. If they form a circle, the iterator ends after at most three rounds.
    pub(crate) fn chain(self: &Arc<Self>) -> impl Iterator<Item = Arc<Self>> {
        // Brent's cycle detection: the remembered body is replaced after twice as many steps each time.
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

    /// The body that waits for this body's call. It can change: another body may poll the call next. Call this without holding a lock.
    fn caller(&self) -> Option<Arc<Self>> {
        let call = Arc::clone(&self.wait.lock().as_ref()?.call);
        call.caller()
    }

    /// The nearest body in the chain that waits on a thread of `signal`.
    pub(crate) fn find(self: &Arc<Self>, signal: &Arc<Signal>) -> Option<Arc<Self>> {
        let is_there = |home: &Arc<dyn ThreadHome>| Arc::ptr_eq(home.signal(), signal);
        // A call that was not dropped may still name a body whose wait has ended.
        self.chain()
            .find(|blocked| blocked.home().is_some_and(is_there) && !blocked.has_ended())
    }

    /// The bodies that this one directly holds up: the body that waits for its call, and the next outer body on the same thread.
    pub(crate) fn held_up(&self) -> impl Iterator<Item = Arc<Self>> {
        self.caller().into_iter().chain(self.outer.clone())
    }

    /// Identifies this `block_on`.
    pub(crate) fn address(&self) -> *const () {
        ptr::from_ref(self).cast()
    }
}

/// Whether the last body of the chain waits for a call whose body is in the chain as well. The calls run, so none of them can be offered to
/// a thread that waits. Of two bodies that begin such waits at once, the later one sees both.
fn ends_in_circle(chain: &[Arc<Blocked>]) -> bool {
    let next = chain.last().and_then(|last| last.caller());
    next.is_some_and(|next| chain.iter().any(|body| Arc::ptr_eq(body, &next)))
}

impl QueueCaller for Blocked {
    fn holds_up(self: Arc<Self>, signal: &Arc<Signal>) -> bool {
        self.find(signal).is_some()
    }
}
