//! The place of a body, given to a call that runs on a spare thread while the body waits: one at a time.

use std::{iter, sync::Arc};

use super::{
    blocked::{Blocked, innermost},
    own_place::OwnPlace,
    signal::Signal,
};

/// The body has its place again, and looks for other calls, when this is dropped. Empty where no body waits on this thread.
pub(crate) struct BodyPlace(Option<Arc<OwnPlace>>);

impl BodyPlace {
    /// Takes the place of the body of the threads of `signal` that waits on this thread. `None` if another call has it.
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

    /// Of no body: the call has another place.
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

    /// Whether a call on a spare thread has the place that this thread has among those of `signal`.
    pub(super) fn has_given_place(&self, signal: &Arc<Signal>) -> bool {
        self.here().any(|body| body.gives(signal))
    }
}

/// How many of the bodies that wait for what this thread does have given places among those of `signal`.
pub(crate) fn given_before(signal: &Arc<Signal>) -> usize {
    innermost().map_or(0, |body| {
        body.chain().filter(|body| body.gives(signal)).count()
    })
}
