//! Replaces `meter` when the feature `stats` is off: the same names, but nothing is measured.

#![expect(clippy::unused_self, reason = "the real ones look at themselves")]

use super::{outcome::Ending, site::Site};

/// In place of what was measured of a function.
#[derive(Debug)]
pub(crate) struct Meter;

impl Meter {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) const fn queue(&self, _: &'static Site) -> SubmittedAt {
        SubmittedAt
    }

    pub(crate) const fn begin(&self, _: SubmittedAt) -> Begun {
        Begun
    }

    pub(crate) const fn end(&self, _: Begun, _: Ending) -> Times {
        Times
    }

    pub(crate) const fn leave(&self, _: Ending) {}

    pub(crate) const fn abandon(&self) {}
}

/// In place of the moment a call was submitted.
#[derive(Clone, Copy)]
pub(crate) struct SubmittedAt;

/// In place of the moment a body began.
#[derive(Clone, Copy)]
pub(crate) struct Begun;

/// In place of how long a call waited and ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times;

impl Times {
    /// The times of a call without a body.
    pub(crate) const ZERO: Self = Self;
}
