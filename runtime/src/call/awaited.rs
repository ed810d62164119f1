//! The calls that a body waits for in one `block_on`: those that were polled there last.
//!
//! Only these may run on the thread of the body, or of those who wait for it. A body may also have made calls that it does not wait for,
//! and hold what they want.

use std::{
    ptr,
    sync::{Arc, atomic::Ordering},
};

use super::{blocked::Blocked, signal};

impl Blocked {
    /// A call is polled here that was not polled here last.
    pub(super) fn awaits_another(&self) {
        self.awaited.fetch_add(1, Ordering::Relaxed);
    }

    /// The same of a call that was submitted before.
    pub(super) fn awaits_started(&self) {
        self.awaits_another();
        self.awaits_started.store(true, Ordering::Relaxed);
    }

    /// How many calls have been awaited here.
    pub(super) fn awaited(&self) -> usize {
        self.awaited.load(Ordering::Relaxed)
    }

    /// Those who wait for this body may run a call that it awaits since the last poll. Perhaps they were offered it before.
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

    /// What tells this `block_on` from the others.
    pub(super) fn address(&self) -> *const () {
        ptr::from_ref(self).cast()
    }
}
