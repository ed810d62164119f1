//! Stands in for `meter` where the feature `stats` is off: the same names, no time taken and no room.

#![expect(clippy::unused_self, reason = "the real ones look at themselves")]

use std::sync::Arc;

use crate::{job::Run, site::Site, stats::How};

/// Would be what a function has measured.
#[derive(Debug)]
pub(crate) struct Meter;

impl Meter {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) const fn queue(&self, _: &'static Site) -> Ticket {
        Ticket
    }

    pub(crate) const fn begin(&self, _: Ticket) -> Begun {
        Begun
    }

    pub(crate) const fn end(&self, _: Begun, _: How) -> Times {
        Times
    }

    pub(crate) const fn leave(&self, _: Left) {}

    pub(crate) const fn abandon(&self) {}
}

/// Would be the moment a call was submitted.
#[derive(Clone, Copy)]
pub(crate) struct Ticket;

/// Would be the moment a body began.
#[derive(Clone, Copy)]
pub(crate) struct Begun;

/// Would be how long a call waited and ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times;

/// Why a call left without its body having run.
#[derive(Clone, Copy)]
pub(crate) enum Left {
    Cancelled,
    Refused,
}

/// Would be what the pools of one name have measured.
#[derive(Clone, Copy, Default)]
pub(crate) struct Pooled;

impl Pooled {
    pub(crate) const fn named(_: &'static str) -> Self {
        Self
    }

    pub(crate) const fn start(self) {}

    pub(crate) const fn done(self, _: Times) {}

    pub(crate) const fn panicked(self, _: Times) {}

    pub(crate) const fn leave(self, _: Left) {}

    pub(crate) const fn occupy(self) -> Occupant {
        Occupant
    }
}

/// Would say which function a thread runs.
pub(crate) struct Occupant;

impl Occupant {
    pub(crate) fn set(&self, _: impl FnOnce() -> Option<&'static Site>) {}

    pub(crate) const fn clear(&self) {}
}

/// Would be the calls that wait in a queue of somebody else's.
#[derive(Default)]
pub(crate) struct Line;

impl Line {
    pub(crate) const fn push(&self, _: Option<&Arc<dyn Run>>) -> Place {
        Place
    }

    pub(crate) const fn remove(&self, _: Place) {}
}

/// Would be the number of a call in a line.
#[derive(Clone, Copy)]
pub(crate) struct Place;

/// Would have the pool looked at.
pub(crate) fn enlist<P>(_: &'static str, _: &Arc<P>) {}
