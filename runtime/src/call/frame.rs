//! What a thread stores about the body that runs on it, until the body ends.

use std::sync::Arc;

use super::{
    block_on::{
        blocked::{Blocked, RunningCall},
        own_slot::OwnSlot,
    },
    cancel::Stoppable,
    own_calls::OwnCalls,
    polled_calls::PolledCalls,
    signal::Signal,
};

/// The body that runs on this thread.
pub(super) struct Frame {
    pub(super) body: Arc<dyn RunningCall>,
    /// This body's own `block_on`.
    pub(super) blocked: Option<Arc<Blocked>>,
    /// The nesting level of the body, as `home::scope` counts it, and its slot.
    pub(super) scope: usize,
    pub(super) slot: Option<Arc<OwnSlot>>,
    /// State that only few bodies need.
    pub(super) more: Option<Box<More>>,
}

#[derive(Default)]
pub(super) struct More {
    /// Calls that the body made and may have to run itself.
    pub(super) submitted: OwnCalls,
    /// Signals that the body has subscribed to.
    pub(super) subscribed: Vec<Arc<Signal>>,
    /// Calls that the body polled outside of `block_on`.
    pub(super) outside: Arc<PolledCalls>,
}

impl Frame {
    pub(super) const fn of(
        body: Arc<dyn RunningCall>,
        scope: usize,
        slot: Option<Arc<OwnSlot>>,
    ) -> Self {
        Self {
            body,
            blocked: None,
            scope,
            slot,
            more: None,
        }
    }

    pub(super) fn stoppable(&self) -> Arc<dyn Stoppable> {
        Arc::clone(&self.body).stoppable()
    }

    pub(super) fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    pub(super) fn slot(&mut self) -> Arc<OwnSlot> {
        Arc::clone(self.slot.get_or_insert_with(OwnSlot::here))
    }

    /// Unsubscribes the body, which has ended, and returns it with its slot.
    #[inline]
    pub(super) fn end(self) -> (Arc<dyn RunningCall>, Option<Arc<OwnSlot>>) {
        if self.more.is_some() {
            self.unsubscribe();
        }
        (self.body, self.slot)
    }

    fn unsubscribe(&self) {
        for signal in self.more.iter().flat_map(|more| &more.subscribed) {
            signal.forget(&self.stoppable());
        }
    }
}
