//! Stands in for `meter` where the feature `stats` is off: the same names, no time taken and no room.

#![expect(clippy::unused_self, reason = "the real ones look at themselves")]

use crate::{call::site::Site, metrics::counts::How};

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
