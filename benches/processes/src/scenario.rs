//! The list of measurements, and their sizes.

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) work: Work,
    /// How many calls give one figure.
    pub(crate) calls: usize,
}

/// What a worker process has to do. A figure is the median of single times, or the mean where calls overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Work {
    /// Nothing, one call after the other.
    Nothing,
    /// Nothing, with this many calls in flight at any time.
    InFlight(usize),
    /// To send so many bytes back.
    Echo(usize),
    /// To tell the length of so many bytes.
    OneWay(usize),
    /// To start, until the first call can be made or the first answer is here.
    Start,
    /// To be killed while it computes, until the caller has an error.
    Kill,
}

impl Work {
    /// Its name for the peers in Python.
    pub(crate) const fn word(self) -> (&'static str, usize) {
        match self {
            Self::Nothing => ("nothing", 0),
            Self::InFlight(calls) => ("in_flight", calls),
            Self::Echo(bytes) => ("echo", bytes),
            Self::OneWay(bytes) => ("one_way", bytes),
            Self::Start => ("start", 0),
            Self::Kill => ("kill", 0),
        }
    }
}

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// All of them, in the order of the table.
pub(crate) const ALL: [Scenario; 13] = [
    scenario("no-op", Work::Nothing, 300),
    scenario("no-op, 64 in flight", Work::InFlight(64), 2000),
    scenario("echo 1 KiB", Work::Echo(KIB), 200),
    scenario("echo 64 KiB", Work::Echo(64 * KIB), 100),
    scenario("echo 1 MiB", Work::Echo(MIB), 30),
    scenario("echo 10 MiB", Work::Echo(10 * MIB), 7),
    scenario("echo 100 MiB", Work::Echo(100 * MIB), 2),
    scenario("one way 64 KiB", Work::OneWay(64 * KIB), 100),
    scenario("one way 1 MiB", Work::OneWay(MIB), 30),
    scenario("one way 10 MiB", Work::OneWay(10 * MIB), 7),
    scenario("one way 100 MiB", Work::OneWay(100 * MIB), 2),
    scenario("start to ready", Work::Start, 3),
    scenario("kill to error", Work::Kill, 3),
];

/// Measured on one CPU too, where nothing depends on which CPU a process wakes up on.
pub(crate) const PINNED: [Scenario; 2] = [
    scenario("no-op, one CPU", Work::Nothing, 300),
    scenario("no-op, 64 in flight, one CPU", Work::InFlight(64), 2000),
];

const fn scenario(name: &'static str, work: Work, calls: usize) -> Scenario {
    Scenario { name, work, calls }
}
