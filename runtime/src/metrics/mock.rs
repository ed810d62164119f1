//! Stands in for the metrics of pools where the feature `stats` is off: the same names, no time taken and no room.

#![expect(clippy::unused_self, reason = "the real ones look at themselves")]

use std::sync::Arc;

use crate::call::{meter::Times, outcome::Ending, site::Site, traits::Run};

/// Would be what the pools of one name have measured.
#[derive(Clone, Copy, Default)]
pub(crate) struct PoolMeterRef;

impl PoolMeterRef {
    pub(crate) const fn named(_: &'static str) -> Self {
        Self
    }

    pub(crate) const fn start(self) {}

    pub(crate) const fn end(self, _: Ending, _: Times) {}

    pub(crate) const fn occupy(self) -> ThreadSlot {
        ThreadSlot
    }

    pub(crate) const fn occupant(self) -> Option<&'static Site> {
        None
    }
}

/// Would say which function a thread runs.
pub(crate) struct ThreadSlot;

impl ThreadSlot {
    pub(crate) fn set(&self, _: impl FnOnce() -> Option<&'static Site>) {}

    pub(crate) const fn clear(&self) {}
}

/// Stands in for the calls that wait in a queue that is not ours.
#[derive(Default)]
pub(crate) struct QueueView;

impl QueueView {
    pub(crate) const fn push(&self, _: Option<&Arc<dyn Run>>) -> QueueSlot {
        QueueSlot
    }

    pub(crate) const fn remove(&self, _: QueueSlot) {}
}

/// Would be the number of a call in a line.
#[derive(Clone, Copy)]
pub(crate) struct QueueSlot;

/// Would have the pool looked at.
pub(crate) fn register<P>(_: &'static str, _: &Arc<P>) {}
