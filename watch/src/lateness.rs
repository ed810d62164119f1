//! The ticks of the watch, and why one comes late: it waited for a processor, or everything stood still.

use std::time::Duration;

/// The time between two ticks: a quarter of the limit, and at least a millisecond.
pub(crate) fn period(limit: Duration) -> Duration {
    (limit / 4).max(Duration::from_millis(1))
}

/// How long a thread had a processor, and how long it waited for one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnTime {
    pub(crate) ran: Duration,
    pub(crate) waited: Duration,
}

/// Why a tick came late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    OnTime,
    /// The watch waited for a processor. Nothing stood still.
    WatchOnly,
    /// It waited for a processor, and something else delayed it too.
    Partly,
    /// Everything stood still: the process was stopped, or the machine slept.
    WholeProcess,
}

impl Late {
    /// Whether waiting threads may have been woken for a moment, and wait for the same again.
    pub(crate) fn has_stood_still(self) -> bool {
        matches!(self, Self::Partly | Self::WholeProcess)
    }
}

/// Explains a tick that came late by `late`. The watching thread has `waited` for a processor for a part of that.
pub(crate) fn lateness(late: Duration, waited: Duration, period: Duration) -> Late {
    let is_long = |time: Duration| time > period.saturating_mul(3);
    if !is_long(late) {
        Late::OnTime
    } else if !is_long(late.saturating_sub(waited)) {
        Late::WatchOnly
    } else if waited < late / 2 {
        Late::WholeProcess
    } else {
        Late::Partly
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Late, lateness};

    const PERIOD: Duration = Duration::from_millis(25);

    fn ms(time: u64) -> Duration {
        Duration::from_millis(time)
    }

    #[test]
    fn a_tick_that_comes_late_is_a_pause_unless_the_watch_waited_for_a_processor() {
        let is = |late, waited| lateness(ms(late), ms(waited), PERIOD);
        assert_eq!((is(0, 0), is(75, 0)), (Late::OnTime, Late::OnTime));
        assert_eq!(is(76, 0), Late::WholeProcess);
        // A machine that slept for a year.
        assert_eq!(is(365 * 24 * 3_600_000, 40), Late::WholeProcess);
        assert_eq!(is(5_000, 4_000), Late::Partly, "a second is left over");
        assert_eq!(
            is(5_000, 4_925),
            Late::WatchOnly,
            "others had the processors"
        );
        assert_eq!(is(100, 90), Late::WatchOnly);
        assert_eq!(lateness(ms(5_000), ms(0), Duration::MAX), Late::OnTime);
    }
}
