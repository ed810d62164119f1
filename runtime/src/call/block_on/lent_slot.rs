//! A waiting body lends its slot to one call at a time, which runs on a spare thread.

use std::{iter, sync::Arc};

use super::{
    blocked::{Blocked, innermost},
    own_slot::OwnSlot,
};
use crate::call::signal::Signal;

/// A lent slot. Dropping it returns the slot to the body, which then checks for other calls. Empty where no body waits on this thread.
pub(crate) struct LentSlot(Option<Arc<OwnSlot>>);

impl LentSlot {
    /// Borrows the slot of the body that waits on this thread, among the threads of `signal`. `None` if another call has it.
    pub(crate) fn take(signal: &Arc<Signal>) -> Option<Self> {
        let Some(innermost) = innermost() else {
            return Some(Self(None));
        };
        if innermost.has_lent_slot(signal) {
            return None;
        }
        let mut here = iter::successors(Some(innermost), |body| body.outer.clone());
        let lender = here.find(|body| body.is_of(signal));
        Some(Self(lender.map(|lender| lender.slot.lend())))
    }

    /// No slot of a body: the call has one of its own.
    pub(crate) const fn none() -> Self {
        Self(None)
    }
}

impl Drop for LentSlot {
    fn drop(&mut self) {
        if let Some(slot) = &self.0 {
            slot.take_back();
        }
    }
}

impl Blocked {
    fn is_of(&self, signal: &Arc<Signal>) -> bool {
        self.home()
            .is_some_and(|home| Arc::ptr_eq(home.signal(), signal))
    }

    fn lends(&self, signal: &Arc<Signal>) -> bool {
        self.slot.is_lent() && self.is_of(signal)
    }

    /// Whether this thread's slot among the threads of `signal` is lent to a call on a spare thread.
    pub(super) fn has_lent_slot(&self, signal: &Arc<Signal>) -> bool {
        self.here().any(|body| body.lends(signal))
    }
}

/// Whether a body on this thread has lent its slot among the threads of `signal`. The call that has it may be one that the body no longer
/// waits for.
pub(crate) fn is_lent_here(signal: &Arc<Signal>) -> bool {
    innermost().is_some_and(|innermost| innermost.has_lent_slot(signal))
}

/// The number of bodies in the chain that waits for this thread which have lent slots of the threads of `signal`.
pub(crate) fn lent_before(signal: &Arc<Signal>) -> usize {
    innermost().map_or(0, |body| {
        body.chain().filter(|body| body.lends(signal)).count()
    })
}
