//! What has to be done about workers after a tick, and what came of it.

use std::time::Duration;

/// A worker that has not returned to its runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stuck {
    pub(crate) worker: usize,
    /// How long its counters have not changed.
    pub(crate) after: Duration,
    /// Whether it was inside `allow_blocking` when it was examined before.
    pub(crate) is_excused: bool,
    /// Whether it was reported without its thread, so that only a report that says more is new.
    pub(crate) is_told: bool,
    /// For how long looks have found no thread in it, if there were several in a row.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    pub(crate) lost_for: Option<Duration>,
    /// How long it has been away, if it was said that it gets no processor.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    pub(crate) starved_for: Option<Duration>,
    /// For how long each look at it has left it to the next one.
    #[cfg_attr(
        not(all(target_os = "linux", target_arch = "x86_64")),
        expect(dead_code, reason = "no thread is looked at")
    )]
    pub(crate) unclear_for: Option<Duration>,
}

/// One time of a worker away from its runtime: it has another number after each return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) worker: usize,
    pub(crate) number: u64,
}

/// What has to be done after a tick.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Due {
    /// Some worker is close to the limit, so its thread should be examined: the next look then has something to compare with. This is the
    /// shortest time for which such a worker has been away.
    pub(crate) look: Option<Duration>,
    /// Whether the next look needs the last one, although none is due now: some worker gets no processor.
    pub(crate) keep: bool,
    /// Workers that are over the limit and have not been reported.
    pub(crate) examine: Vec<Stuck>,
    /// How many workers have not returned since the last tick, without those that were reported.
    pub(crate) away: usize,
    /// How many of those are excused and need not be examined.
    pub(crate) excused: usize,
    /// Workers that have not returned since the last look at the threads. Each thread that has slept ever since, in a poll, is one of them.
    pub(crate) unmoved: Vec<Stay>,
}

/// The result of examining a worker that is over the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was reported. The next report needs a change of its counters, a thread that has gone on, or one that was not found yet.
    Settled,
    /// It was not at fault so far: its time starts again.
    Again,
    /// The same, because it is inside `allow_blocking`.
    Excused,
    /// No thread was found in it. A thread may enter without a change of its counters, so it is examined again, less often each time.
    Empty,
    /// Only the next look can tell.
    Unclear,
    /// The machine had no processor for it, which is reported once. What it computes or blocks later is reported too, and adds up.
    Starved,
}
