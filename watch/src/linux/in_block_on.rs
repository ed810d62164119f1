//! Watches threads that may be inside `block_on` of a runtime with several workers. They have no counters.

use std::{sync::PoisonError, time::Duration};

use super::{
    names::NAMES,
    syscalls,
    thread::{Execution, State, Tid},
};

/// The threads, and when they were last examined.
pub(crate) struct InBlockOn {
    threads: Vec<Thread>,
    pace: Pace,
    last: Duration,
}

/// How often they are examined. Each look reads files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    EachLimit,
    EachTick,
}

struct Thread {
    tid: Tid,
    /// What it does, and since when it has done nothing else.
    seen: Option<(State, Duration)>,
    /// Whether its stack was read. It does not change while the thread stands still.
    is_settled: bool,
}

/// A thread that has not moved for the limit.
pub(crate) struct StillThread {
    pub(crate) tid: Tid,
    pub(crate) before: State,
    pub(crate) since: Duration,
}

impl InBlockOn {
    pub(crate) fn nobody() -> Self {
        Self::of(&[], Pace::EachLimit)
    }

    /// Watches these threads. Both may be the same thread.
    pub(crate) fn of(tids: &[Tid], pace: Pace) -> Self {
        let mut tids = tids.to_vec();
        tids.dedup();
        let thread = |tid| Thread {
            tid,
            seen: None,
            is_settled: false,
        };
        Self {
            threads: tids.into_iter().map(thread).collect(),
            pace,
            last: Duration::ZERO,
        }
    }

    /// The threads whose stack should be read now. Each is returned once for each time it stands still.
    pub(crate) fn due(&mut self, now: Duration, limit: Duration) -> Vec<StillThread> {
        let is_early = now.saturating_sub(self.last) < limit;
        if is_early && self.pace == Pace::EachLimit {
            return Vec::new();
        }
        self.last = now;
        self.threads
            .iter_mut()
            .filter_map(|thread| thread.due(now, State::of(thread.tid)?, limit))
            .collect()
    }
}

impl Thread {
    fn due(&mut self, now: Duration, state: State, limit: Duration) -> Option<StillThread> {
        let Some((before, since)) = self
            .seen
            .take()
            .filter(|(before, _)| has_stayed(before, &state))
        else {
            (self.seen, self.is_settled) = (Some((state, now)), false);
            return None;
        };
        let is_due = !self.is_settled && now.saturating_sub(since) >= limit;
        self.is_settled |= is_due;
        let due = is_due.then(|| StillThread {
            tid: self.tid,
            before: before.clone(),
            since,
        });
        self.seen = Some((before, since));
        due
    }
}

/// Whether the thread waits at the same place. A thread that computes does not count: it may be in one short poll after the other, and
/// it has no counter that tells.
fn has_stayed(before: &State, state: &State) -> bool {
    !state.is_stopped && state.is_still(before)
}

/// Whether a thread that sleeps there may be parked by tokio, in a function that was inlined. tokio parks in one system call.
pub(crate) fn may_park(state: &State) -> bool {
    let Execution::Sleeping { syscall, .. } = state.execution else {
        return true;
    };
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    syscalls::name(syscall) == "futex" && !names.has_park()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{State, Thread};

    const LIMIT: Duration = Duration::from_millis(100);

    #[test]
    fn a_thread_is_looked_at_once_for_each_time_it_stands_still() {
        let mut thread = Thread {
            tid: 1,
            seen: None,
            is_settled: false,
        };
        let mut due = |time: u32, switches| {
            thread
                .due(LIMIT * time, State::asleep(switches), LIMIT)
                .is_some()
        };
        assert!(!due(1, 7));
        assert!(due(2, 7));
        assert!(!due(3, 7), "it was looked at");
        assert!(!due(4, 8), "it has moved");
        assert!(due(5, 8));
    }

    #[test]
    fn a_stopped_thread_is_not_looked_at() {
        let mut thread = Thread {
            tid: 1,
            seen: None,
            is_settled: false,
        };
        for time in 0..5 {
            let stopped = State {
                is_stopped: true,
                ..State::asleep(7)
            };
            assert!(thread.due(LIMIT * time, stopped, LIMIT).is_none());
        }
    }
}
