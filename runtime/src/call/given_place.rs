//! A waiting body lends its slot to one call at a time, which runs on a spare thread.

use std::{iter, sync::Arc};

use super::{
    blocked::{Blocked, innermost},
    own_place::OwnPlace,
    signal::Signal,
};

/// A lent slot. Dropping it returns the slot to the body, which then checks for other calls. Empty where no body waits on this thread.
pub(crate) struct BodyPlace(Option<Arc<OwnPlace>>);

impl BodyPlace {
    /// Borrows the slot of the body that waits on this thread, among the threads of `signal`. `None` if another call has it.
    pub(crate) fn take(signal: &Arc<Signal>) -> Option<Self> {
        let Some(innermost) = innermost() else {
            return Some(Self(None));
        };
        if innermost.has_given_place(signal) {
            return None;
        }
        let mut here = iter::successors(Some(innermost), |body| body.outer.clone());
        let giver = here.find(|body| body.is_of(signal));
        Some(Self(giver.map(|giver| giver.place.give())))
    }

    /// No slot of a body: the call has one of its own.
    pub(crate) const fn none() -> Self {
        Self(None)
    }
}

impl Drop for BodyPlace {
    fn drop(&mut self) {
        if let Some(place) = &self.0 {
            place.take_back();
        }
    }
}

impl Blocked {
    fn is_of(&self, signal: &Arc<Signal>) -> bool {
        self.home()
            .is_some_and(|home| Arc::ptr_eq(home.signal(), signal))
    }

    fn gives(&self, signal: &Arc<Signal>) -> bool {
        self.place.is_given() && self.is_of(signal)
    }

    /// Whether this thread's slot among the threads of `signal` is lent to a call on a spare thread.
    pub(super) fn has_given_place(&self, signal: &Arc<Signal>) -> bool {
        self.here().any(|body| body.gives(signal))
    }
}

/// The number of bodies in the chain that waits for this thread which have lent slots of the threads of `signal`.
pub(crate) fn given_before(signal: &Arc<Signal>) -> usize {
    innermost().map_or(0, |body| {
        body.chain().filter(|body| body.gives(signal)).count()
    })
}
