//! The list of measurements, and their sizes.

use std::time::Duration;

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) work: Work,
    /// How many calls are in flight at any time.
    pub(crate) at_once: usize,
    /// How many calls one measurement makes.
    pub(crate) calls: usize,
    /// How many slots a node must have, if it matters.
    pub(crate) slots: Option<usize>,
}

/// The work of the other process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    Nothing,
    /// Returns the length of this many bytes.
    Length(usize),
    /// Sleeps.
    Sleep(Duration),
}

impl Work {
    /// Its name for the peers in Python.
    pub(crate) fn word(self) -> (&'static str, u128) {
        match self {
            Self::Nothing => ("nothing", 0),
            Self::Length(bytes) => ("length", bytes as u128),
            Self::Sleep(time) => ("sleep", time.as_micros()),
        }
    }
}

/// How many bodies run at once if they take time. A choice.
pub(crate) const SLOTS: usize = 8;
/// How long such a body takes. A choice.
pub(crate) const BODY: Duration = Duration::from_millis(10);

/// All scenarios, in the order of the table.
pub(crate) const ALL: [Scenario; 7] = [
    scenario("no-op", Work::Nothing, 1, 300),
    scenario("no-op, 16 at once", Work::Nothing, 16, 2000),
    scenario("no-op, 64 at once", Work::Nothing, 64, 4000),
    scenario("no-op, 256 at once", Work::Nothing, 256, 6000),
    scenario("1 MiB", Work::Length(1 << 20), 1, 30),
    limited("10 ms, 8 slots", 64, 320),
    limited("10 ms, bursts of 16", 16, 16),
];

const fn scenario(name: &'static str, work: Work, at_once: usize, calls: usize) -> Scenario {
    Scenario {
        name,
        work,
        at_once,
        calls,
        slots: None,
    }
}

const fn limited(name: &'static str, at_once: usize, calls: usize) -> Scenario {
    Scenario {
        name,
        work: Work::Sleep(BODY),
        at_once,
        calls,
        slots: Some(SLOTS),
    }
}
